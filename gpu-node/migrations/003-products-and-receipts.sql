CREATE TABLE products (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id UUID NOT NULL,
  name TEXT NOT NULL,
  price DECIMAL(14,2) CHECK (price >= 0),
  currency CHAR(3),
  barcode VARCHAR(80),
  sku VARCHAR(80),
  expiry_date DATE,
  quantity DECIMAL(14,3),

  created_by_ocr BOOLEAN NOT NULL DEFAULT false,
  ocr_processed BOOLEAN NOT NULL DEFAULT false,
  ocr_confidence DECIMAL(5,4) CHECK (ocr_confidence BETWEEN 0 AND 1),
  -- Which result the values come from, and when it was made. Events arrive late and twice:
  -- an update has to ask for `source_at` of the row to be older than its own.
  source_job_id UUID,
  source_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),

  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),

  -- Any number of products may have no barcode: nulls are distinct.
  UNIQUE (shop_id, barcode)
);

CREATE INDEX idx_products_shop_sku ON products (shop_id, sku) WHERE sku IS NOT NULL;

CREATE TABLE receipts (
  id UUID PRIMARY KEY,
  shop_id UUID NOT NULL,
  user_id UUID NOT NULL,
  image_sha256 CHAR(64) NOT NULL CHECK (image_sha256 ~ '^[0-9a-f]{64}$'),
  image_url TEXT NOT NULL,
  purchase_date DATE,
  ocr_status VARCHAR(20) NOT NULL DEFAULT 'pending'
    CHECK (ocr_status IN ('pending', 'processing', 'completed', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- The result in ocr_processing_jobs, or why there is none.
  job_id UUID,
  error JSONB,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);

CREATE INDEX idx_receipts_shop_created_at ON receipts (shop_id, created_at DESC, id DESC);
CREATE INDEX idx_receipts_unfinished ON receipts (shop_id, created_at) WHERE ocr_status IN ('pending', 'processing', 'failed');
