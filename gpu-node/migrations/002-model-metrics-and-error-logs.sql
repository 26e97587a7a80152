CREATE TABLE ocr_model_metrics (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  model_name VARCHAR(100) NOT NULL,
  model_version VARCHAR(100) NOT NULL,

  -- Accuracy metrics
  total_predictions INTEGER DEFAULT 0 CHECK (total_predictions >= 0),
  correct_predictions INTEGER DEFAULT 0 CHECK (correct_predictions BETWEEN 0 AND total_predictions),
  accuracy_score DECIMAL(5,4) CHECK (accuracy_score BETWEEN 0 AND 1),

  -- Field-specific accuracy
  product_name_accuracy DECIMAL(5,4) CHECK (product_name_accuracy BETWEEN 0 AND 1),
  price_accuracy DECIMAL(5,4) CHECK (price_accuracy BETWEEN 0 AND 1),
  barcode_accuracy DECIMAL(5,4) CHECK (barcode_accuracy BETWEEN 0 AND 1),

  -- Performance metrics
  average_processing_time_ms INTEGER,
  memory_usage_mb INTEGER,
  cpu_usage_percent DECIMAL(5,2),

  recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  date DATE DEFAULT CURRENT_DATE
);

CREATE INDEX idx_ocr_model_metrics_model ON ocr_model_metrics (model_name, model_version, date DESC);

CREATE TABLE ocr_error_logs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  -- No foreign key: it would need the job's created_at beside it, and months of jobs are dropped as whole partitions.
  job_id UUID,
  error_type VARCHAR(50) NOT NULL,
  error_code VARCHAR(20),
  error_message TEXT NOT NULL,
  stack_trace TEXT,
  image_url TEXT,

  -- Context
  model_used VARCHAR(200),
  processing_step VARCHAR(50),
  confidence_score DECIMAL(5,4) CHECK (confidence_score BETWEEN 0 AND 1),
  request_id VARCHAR(100),

  -- User context
  shop_id UUID,
  user_id UUID,
  user_agent TEXT,
  ip_address INET,

  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);

CREATE INDEX idx_ocr_error_logs_job_id ON ocr_error_logs (job_id);
CREATE INDEX idx_ocr_error_logs_shop_id ON ocr_error_logs (shop_id, created_at DESC);
CREATE INDEX idx_ocr_error_logs_created_at ON ocr_error_logs (created_at);
