-- Work that is done later. Its place in the queue is pg-boss's, in a schema of its own; what a client is told is here.
ALTER TABLE ocr_processing_jobs
  DROP CONSTRAINT ocr_processing_jobs_job_type_check,
  ADD CONSTRAINT ocr_processing_jobs_job_type_check CHECK (job_type IN ('single', 'batch', 'async', 'receipt')),
  -- As in the queue: the highest goes first.
  ADD COLUMN priority SMALLINT NOT NULL DEFAULT 0,
  ADD COLUMN progress_percentage SMALLINT NOT NULL DEFAULT 0 CHECK (progress_percentage BETWEEN 0 AND 100),
  -- The error as a client gets it, where a job failed.
  ADD COLUMN error JSONB;

-- Counts who waits, and who before whom.
CREATE INDEX idx_ocr_jobs_queue ON ocr_processing_jobs (status, priority DESC, created_at, id)
  WHERE status IN ('queued', 'processing');
