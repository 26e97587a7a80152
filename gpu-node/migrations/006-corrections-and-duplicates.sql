-- What people say the fields of a result are. Rows are only ever added; the one that counts of a field is the one that
-- none has superseded. No foreign key: see decision 003.
CREATE TABLE ocr_corrections (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  result_id UUID NOT NULL,
  shop_id UUID NOT NULL,
  user_id UUID NOT NULL,
  field VARCHAR(60) NOT NULL,
  -- A string, a number or the JSON null: nothing was read, there is no such field.
  read_value JSONB NOT NULL,
  corrected_value JSONB NOT NULL,
  is_correct BOOLEAN NOT NULL,
  read_confidence DECIMAL(5,4) CHECK (read_confidence BETWEEN 0 AND 1),
  ocr_type VARCHAR(20) NOT NULL,
  model_name VARCHAR(200) NOT NULL,
  model_version VARCHAR(100) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  superseded_at TIMESTAMP WITH TIME ZONE
);

CREATE UNIQUE INDEX idx_ocr_corrections_current ON ocr_corrections (shop_id, result_id, field) WHERE superseded_at IS NULL;
CREATE INDEX idx_ocr_corrections_model ON ocr_corrections (model_name, model_version, field, created_at DESC);

-- Of the fields that people looked at: how many were read right. The day is that of the reading (UTC).
CREATE TABLE ocr_field_metrics (
  model_name VARCHAR(200) NOT NULL,
  model_version VARCHAR(100) NOT NULL,
  date DATE NOT NULL,
  field VARCHAR(60) NOT NULL,
  predictions INTEGER NOT NULL CHECK (predictions >= 0),
  correct INTEGER NOT NULL CHECK (correct BETWEEN 0 AND predictions),
  PRIMARY KEY (model_name, model_version, date, field)
);

CREATE INDEX idx_ocr_field_metrics_date ON ocr_field_metrics (date);

-- A row a model, version and day, which was nothing's to fill until now.
ALTER TABLE ocr_model_metrics
  ALTER COLUMN model_name TYPE VARCHAR(200),
  ALTER COLUMN date SET NOT NULL,
  ADD COLUMN reviewed_results INTEGER NOT NULL DEFAULT 0 CHECK (reviewed_results >= 0),
  -- Of the reviewed results; average_processing_time_ms is their mean.
  ADD COLUMN processing_time_total_ms BIGINT NOT NULL DEFAULT 0 CHECK (processing_time_total_ms >= 0);
DROP INDEX idx_ocr_model_metrics_model;
CREATE UNIQUE INDEX idx_ocr_model_metrics_model ON ocr_model_metrics (model_name, model_version, date);

-- How a page looks as a whole and where its text is (64 bits each), and what stands on it, hashed: the same photo in
-- other bytes has both.
ALTER TABLE ocr_processing_jobs
  ADD COLUMN duplicate_match VARCHAR(20) CHECK (duplicate_match IN ('bytes', 'appearance')),
  ADD COLUMN appearance BIGINT,
  ADD COLUMN text_appearance BIGINT,
  ADD COLUMN facts_hash CHAR(32) CHECK (facts_hash ~ '^[0-9a-f]{32}$');

CREATE INDEX idx_ocr_jobs_appearance ON ocr_processing_jobs (shop_id, ocr_type, facts_hash, created_at)
  WHERE appearance IS NOT NULL AND status = 'completed';
