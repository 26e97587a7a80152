-- Who saw or removed which original, for compliance. Rows are only ever added.
CREATE TABLE image_access_log (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id UUID NOT NULL,
  -- Null when the system itself acts, as retention does.
  user_id UUID,
  image_sha256 CHAR(64) NOT NULL CHECK (image_sha256 ~ '^[0-9a-f]{64}$'),
  action VARCHAR(20) NOT NULL CHECK (action IN ('stored', 'processed', 'viewed', 'deleted', 'denied')),
  request_id VARCHAR(100),
  user_agent TEXT,
  ip_address INET,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);

CREATE INDEX idx_image_access_log_image ON image_access_log (shop_id, image_sha256, created_at DESC);
CREATE INDEX idx_image_access_log_created_at ON image_access_log (created_at);
