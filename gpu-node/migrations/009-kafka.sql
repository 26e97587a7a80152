-- Whether the relay has nothing to do. Only then is it told of new events: a transaction that notifies holds a lock of
-- the whole server while it commits, which others have to wait for.
CREATE TABLE outbox_relay (
  only_row BOOLEAN PRIMARY KEY DEFAULT true CHECK (only_row),
  is_idle BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO outbox_relay DEFAULT VALUES;

CREATE FUNCTION notify_ocr_outbox() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT is_idle FROM outbox_relay) THEN
    PERFORM pg_notify('ocr_outbox', '');
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_ocr_outbox();

-- Requests that came over Kafka, by the id that their sender gave them: one request, one result, however often it comes.
CREATE TABLE kafka_requests (
  shop_id UUID NOT NULL,
  request_id VARCHAR(200) NOT NULL,
  -- UUIDv7, of the result in ocr_processing_jobs. No foreign key: see decision 003.
  job_id UUID NOT NULL UNIQUE,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, request_id)
);

CREATE INDEX idx_kafka_requests_received_at ON kafka_requests (received_at);

ALTER TABLE products
  -- Of each value that OCR read: the value, the result it is from and when that was made, {"price": {"at", "job", …}}.
  ADD COLUMN ocr_sources JSONB NOT NULL DEFAULT '{}',
  -- The name in the one spelling by which products without a barcode are found again.
  ADD COLUMN name_key TEXT;

CREATE UNIQUE INDEX idx_products_shop_name_key ON products (shop_id, name_key) WHERE barcode IS NULL;
