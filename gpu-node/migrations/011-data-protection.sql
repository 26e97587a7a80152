-- Partitions by a clock that can be given, shops that were erased and stay out, and who administered what.

-- As in 001, with the clock as a parameter. Returns how many partitions it made.
CREATE FUNCTION ensure_ocr_job_partitions(months_ahead INTEGER, at TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  starts_at TIMESTAMPTZ;
  ends_at TIMESTAMPTZ;
  partition_name TEXT;
  made INTEGER := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('edge-ocr.partitions'));
  FOR month IN 0..months_ahead LOOP
    starts_at := (date_trunc('month', at AT TIME ZONE 'UTC') + make_interval(months => month)) AT TIME ZONE 'UTC';
    ends_at := (date_trunc('month', at AT TIME ZONE 'UTC') + make_interval(months => month + 1)) AT TIME ZONE 'UTC';
    partition_name := 'ocr_processing_jobs_' || to_char(starts_at AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;

    EXECUTE format('CREATE TABLE %I (LIKE ocr_processing_jobs INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED '
                   'INCLUDING COMPRESSION)', partition_name);
    PERFORM move_early_ocr_jobs(partition_name, starts_at, ends_at);
    EXECUTE format('ALTER TABLE ocr_processing_jobs ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   partition_name, starts_at, ends_at);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION ensure_ocr_job_partitions(months_ahead INTEGER) RETURNS INTEGER
LANGUAGE sql AS 'SELECT ensure_ocr_job_partitions(months_ahead, now())';

-- The corrections of a shop, also those that others have superseded.
CREATE INDEX idx_ocr_corrections_shop ON ocr_corrections (shop_id);

-- A shop that was erased is known by a hash alone: a UUID has too many values to be guessed from it.
CREATE FUNCTION hash_of_shop(shop_id UUID) RETURNS BYTEA
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN sha256(uuid_send(shop_id));

-- What was erased, and that nothing was left of it: no id of a shop, person or image stands here.
CREATE TABLE erasures (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_hash BYTEA NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  -- Null while it is not finished: the next run goes on with it.
  finished_at TIMESTAMP WITH TIME ZONE,
  -- By place: {"table receipts": {"before": 3, "deleted": 3, "after": 0}, …}
  counts JSONB NOT NULL DEFAULT '{}',
  report JSONB,
  -- Of the report as it was printed.
  report_sha256 CHAR(64) CHECK (report_sha256 ~ '^[0-9a-f]{64}$'),
  CHECK (finished_at IS NULL OR (report IS NOT NULL AND report_sha256 IS NOT NULL))
);
CREATE UNIQUE INDEX idx_erasures_unfinished ON erasures (shop_hash) WHERE finished_at IS NULL;
CREATE INDEX idx_erasures_shop ON erasures (shop_hash, started_at);

-- Shops that may write nothing any more.
CREATE TABLE erased_shops (
  shop_hash BYTEA PRIMARY KEY,
  since TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);

-- With the argument 'skip' a row of an erased shop is left out without a word: where rows of several shops are written
-- together, one erased shop must not stop the others.
CREATE FUNCTION refuse_erased_shop() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erased_shops WHERE shop_hash = hash_of_shop(NEW.shop_id)) THEN RETURN NEW; END IF;
  IF TG_ARGV[0] = 'skip' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'The data of this shop were erased' USING ERRCODE = 'EO403';
END $$;

-- Every table with a column shop_id needs such a trigger; a test looks for those without.
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON ocr_processing_jobs FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON ocr_error_logs FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON ocr_corrections FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON products FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON kafka_requests FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON job_events FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop('skip');
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON job_event_listeners FOR EACH ROW EXECUTE FUNCTION refuse_erased_shop('skip');
-- Retention logs the images of many shops at once; a person's look at one image is refused, as it cannot be logged.
CREATE TRIGGER refuse_erased_shop BEFORE INSERT ON image_access_log
  FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION refuse_erased_shop();
CREATE TRIGGER skip_erased_shop BEFORE INSERT ON image_access_log
  FOR EACH ROW WHEN (NEW.user_id IS NULL) EXECUTE FUNCTION refuse_erased_shop('skip');

-- Who administered what. Rows are only ever added, and go when retention takes them.
CREATE TABLE audit_log (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  -- As the command says: AUDIT_ACTOR, or the account and host it ran under.
  actor VARCHAR(200) NOT NULL,
  -- As the server knows it.
  database_role NAME NOT NULL DEFAULT session_user,
  client_address INET DEFAULT inet_client_addr(),
  action VARCHAR(60) NOT NULL,
  shop_hash BYTEA,
  details JSONB NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_audit_log_at ON audit_log (at);
CREATE INDEX idx_audit_log_shop ON audit_log (shop_hash, at) WHERE shop_hash IS NOT NULL;

-- Holds against mistakes and faulty programs. Against the owner of the table, who can drop this, only a copy elsewhere does.
CREATE FUNCTION keep_audit_log() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - INTERVAL '365 days' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'audit_log is only added to; rows can be removed when they are a year old';
END $$;
CREATE TRIGGER keep_audit_log BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION keep_audit_log();
CREATE TRIGGER keep_audit_log_whole BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION keep_audit_log();
