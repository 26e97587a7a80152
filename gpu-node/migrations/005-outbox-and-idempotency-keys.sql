-- Events to publish, written in the transaction of what they tell about. A relay reads them in order of id.
CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The CloudEvents id: consumers drop repeats by it.
  event_id UUID NOT NULL UNIQUE,
  topic VARCHAR(100) NOT NULL,
  -- Events of one key stay in order; it is the shop.
  key VARCHAR(100) NOT NULL,
  type VARCHAR(100) NOT NULL,
  -- The whole CloudEvents envelope.
  payload JSONB NOT NULL,
  headers JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  published_at TIMESTAMP WITH TIME ZONE
);

-- A payload is written, read once and removed: packing it costs a millisecond of every request and saves nothing.
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE INDEX idx_outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
CREATE INDEX idx_outbox_published_at ON outbox (published_at) WHERE published_at IS NOT NULL;

CREATE TABLE idempotency_keys (
  shop_id UUID NOT NULL,
  key VARCHAR(255) NOT NULL,
  -- SHA-256 of method, path, options and body: another request under the same key is a conflict.
  request_hash CHAR(64) NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
  status VARCHAR(20) NOT NULL DEFAULT 'processing' CHECK (status IN ('processing', 'completed')),
  response_status SMALLINT CHECK (response_status BETWEEN 100 AND 599),
  response_body JSONB,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CHECK (status <> 'completed' OR response_status IS NOT NULL),
  PRIMARY KEY (shop_id, key)
);

CREATE INDEX idx_idempotency_keys_expires_at ON idempotency_keys (expires_at);
