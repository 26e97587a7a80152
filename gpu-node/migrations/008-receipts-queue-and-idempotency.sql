-- A receipt is one image of a shop: sending it again finds it. Nothing was written here before this version.
ALTER TABLE receipts
  ADD COLUMN image_size_bytes INTEGER NOT NULL DEFAULT 0 CHECK (image_size_bytes >= 0),
  ADD COLUMN image_format VARCHAR(10);
CREATE UNIQUE INDEX idx_receipts_shop_image ON receipts (shop_id, image_sha256);

-- Lists by status, counts, and what still has to be queued.
DROP INDEX idx_receipts_unfinished;
CREATE INDEX idx_receipts_shop_status ON receipts (shop_id, ocr_status, created_at DESC, id DESC);
CREATE INDEX idx_receipts_unqueued ON receipts (shop_id, created_at, id) WHERE ocr_status = 'pending' AND job_id IS NULL;

-- The answer as it was sent: as JSONB its keys would come back in another order.
ALTER TABLE idempotency_keys
  ALTER COLUMN response_body TYPE TEXT,
  ADD COLUMN response_headers JSONB NOT NULL DEFAULT '{}',
  -- Which attempt has the key; only that one may complete or release it.
  ADD COLUMN owner UUID NOT NULL DEFAULT gen_random_uuid(),
  -- Under which id the first attempt keeps its result: a later one, after a crash, keeps the same result and no second.
  ADD COLUMN job_id UUID NOT NULL DEFAULT gen_random_uuid(),
  -- An attempt that is still processing then has died.
  ADD COLUMN locked_until TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  ADD CHECK (status <> 'completed' OR response_body IS NOT NULL);
ALTER TABLE idempotency_keys
  ALTER COLUMN owner DROP DEFAULT,
  ALTER COLUMN job_id DROP DEFAULT,
  ALTER COLUMN locked_until DROP DEFAULT;
