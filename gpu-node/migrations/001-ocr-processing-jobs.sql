-- One row an image that was sent in, whatever became of it. Shops and users live in another system: shop_id and user_id
-- are what its tokens say, and no foreign key can point there.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The instant inside a UUIDv7 (RFC 9562 §5.7). PostgreSQL brings such a function only from version 18 on.
CREATE FUNCTION uuid_v7_time(id UUID) RETURNS TIMESTAMPTZ
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_timestamp((('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)::double precision);

CREATE TABLE ocr_processing_jobs (
  -- UUIDv7, made by the node.
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  user_id UUID NOT NULL,
  request_id VARCHAR(100),
  status VARCHAR(20) NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'processing', 'completed', 'failed', 'cancelled')),
  job_type VARCHAR(20) NOT NULL DEFAULT 'single' CHECK (job_type IN ('single', 'batch', 'async')),
  image_url TEXT NOT NULL,
  image_size_bytes INTEGER CHECK (image_size_bytes >= 0),
  image_format VARCHAR(10),
  -- SHA-256 of the bytes as sent, in hex.
  sha256 CHAR(64) CHECK (sha256 ~ '^[0-9a-f]{64}$'),

  -- Processing options, once by name and once as the string that is equal exactly when they mean the same.
  ocr_type VARCHAR(20) NOT NULL DEFAULT 'product'
    CHECK (ocr_type IN ('product', 'receipt', 'invoice', 'barcode', 'document')),
  -- Four decimals: two would make one of 0.796 and 0.8, which decide differently.
  confidence_threshold DECIMAL(5,4) DEFAULT 0.8 CHECK (confidence_threshold BETWEEN 0 AND 1),
  extract_barcodes BOOLEAN DEFAULT true,
  -- A list of languages such as en,bn.
  language VARCHAR(20) DEFAULT 'en',
  options TEXT NOT NULL,

  -- Results. `result` is the answer as the client got it; the columns before it are what is searched and counted.
  extracted_text TEXT,
  confidence_score DECIMAL(5,4) CHECK (confidence_score BETWEEN 0 AND 1),
  structured_data JSONB,
  detected_barcodes JSONB,
  processing_metadata JSONB,
  result JSONB,
  -- The shop's first result for the same bytes.
  duplicate_of UUID,

  -- created_at is the instant inside the id: whoever knows an id knows the partition.
  created_at TIMESTAMP WITH TIME ZONE NOT NULL CHECK (created_at = uuid_v7_time(id)),
  started_at TIMESTAMP WITH TIME ZONE,
  completed_at TIMESTAMP WITH TIME ZONE,
  error_message TEXT,
  error_code VARCHAR(20),

  -- Performance
  processing_time_ms INTEGER CHECK (processing_time_ms >= 0),
  model_used VARCHAR(200),
  model_version VARCHAR(100),
  queue_wait_time_ms INTEGER CHECK (queue_wait_time_ms >= 0),

  -- 'simple' because a receipt has no grammar to stem by. Bounded, because a tsvector ends at 1 MB.
  search_vector TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', left(coalesce(extracted_text, ''), 100000))) STORED,

  CHECK (status <> 'completed' OR result IS NOT NULL),
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

-- Results are large and stay: lz4 packs them several times quicker than the default, where the server was built with it.
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
    ALTER TABLE ocr_processing_jobs ALTER COLUMN result SET COMPRESSION lz4;
  END IF;
END $$;

-- Rows of a month that has no partition yet land here, so that none is ever refused.
CREATE TABLE ocr_processing_jobs_default PARTITION OF ocr_processing_jobs DEFAULT;

CREATE INDEX idx_ocr_jobs_shop_id ON ocr_processing_jobs (shop_id, created_at DESC, id DESC);
CREATE INDEX idx_ocr_jobs_status ON ocr_processing_jobs (status) WHERE status IN ('queued', 'processing', 'failed');
CREATE INDEX idx_ocr_jobs_created_at ON ocr_processing_jobs (created_at);
CREATE INDEX idx_ocr_results_confidence ON ocr_processing_jobs (confidence_score DESC);
CREATE INDEX idx_ocr_jobs_shop_sha256 ON ocr_processing_jobs (shop_id, sha256, created_at) WHERE status = 'completed';
-- jsonb_path_ops: smaller and quicker to fill than the default, and containment (@>) is all that is asked.
CREATE INDEX idx_ocr_structured_data ON ocr_processing_jobs USING GIN (structured_data jsonb_path_ops);
CREATE INDEX idx_ocr_jobs_search ON ocr_processing_jobs USING GIN (search_vector);
CREATE INDEX idx_ocr_jobs_text_trigrams ON ocr_processing_jobs USING GIN (extracted_text gin_trgm_ops);

-- Makes the partitions of this month and the next `months_ahead`; months are those of UTC. Several nodes may call it at once.
-- Returns how many it made.
CREATE FUNCTION ensure_ocr_job_partitions(months_ahead INTEGER) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  starts_at TIMESTAMPTZ;
  ends_at TIMESTAMPTZ;
  partition_name TEXT;
  made INTEGER := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('edge-ocr.partitions'));
  FOR month IN 0..months_ahead LOOP
    starts_at := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month)) AT TIME ZONE 'UTC';
    ends_at := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month + 1)) AT TIME ZONE 'UTC';
    partition_name := 'ocr_processing_jobs_' || to_char(starts_at AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;

    EXECUTE format('CREATE TABLE %I (LIKE ocr_processing_jobs INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED '
                   'INCLUDING COMPRESSION)', partition_name);
    -- Rows of the month that came before their partition are in the way of it: they move in.
    PERFORM move_early_ocr_jobs(partition_name, starts_at, ends_at);
    EXECUTE format('ALTER TABLE ocr_processing_jobs ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   partition_name, starts_at, ends_at);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

CREATE FUNCTION move_early_ocr_jobs(partition_name TEXT, starts_at TIMESTAMPTZ, ends_at TIMESTAMPTZ) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
  -- A generated column may not be written.
  columns TEXT := (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = 'ocr_processing_jobs'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  );
BEGIN
  LOCK TABLE ocr_processing_jobs_default IN SHARE ROW EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM ocr_processing_jobs_default WHERE created_at >= %L AND created_at < %L RETURNING *)
     INSERT INTO %I (%s) SELECT %s FROM moved',
    starts_at, ends_at, partition_name, columns, columns);
END $$;
