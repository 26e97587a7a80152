/**
 * The writes of results.ts. Each is one statement, so one round trip and one transaction: the job's row and its
 * event are there together or not at all.
 */
import type { Statement } from './database.ts';

/** Parameters in the order of the SQL. `answer` carries duplicate_of, for which the
 * same bytes count before a lookalike ($18); an event is written only with its row, that of an invoice's lines ($22) beside it. */
export const SAVE_RESULT: Statement = {
  name: 'save-result',
  text: `
    WITH earlier AS (
      SELECT id FROM ocr_processing_jobs
      WHERE shop_id = $2 AND sha256 = $9 AND status = 'completed' AND id <> $1
      ORDER BY created_at, id LIMIT 1
    ), answer AS MATERIALIZED (
      SELECT $15::jsonb || jsonb_build_object(
        'duplicate_of', coalesce((SELECT id FROM earlier), $18::uuid),
        'duplicate_match', CASE WHEN EXISTS (SELECT FROM earlier) THEN 'bytes'
                                WHEN $18::uuid IS NOT NULL THEN 'appearance' END) AS result
    ), job AS (
      INSERT INTO ocr_processing_jobs (
        id, shop_id, user_id, request_id, created_at, job_type, image_url, queue_wait_time_ms, sha256,
        confidence_threshold, extract_barcodes, language, options, ocr_type,
        status, image_size_bytes, image_format, extracted_text, confidence_score, structured_data, detected_barcodes,
        processing_metadata, result, duplicate_of, duplicate_match, appearance, text_appearance, facts_hash,
        started_at, completed_at, processing_time_ms, model_used, model_version
      )
      SELECT
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
        'completed', (result #>> '{image,size_bytes}')::integer, result #>> '{image,format}', result ->> 'text',
        (result ->> 'confidence')::numeric, result -> 'structured', result -> 'barcodes',
        jsonb_build_object('timings', result -> 'timings', 'pages', result -> 'pages', 'warnings', result -> 'warnings',
                           'needs_review', result -> 'needs_review'),
        result, (result ->> 'duplicate_of')::uuid, result ->> 'duplicate_match', $19::bigint, $20::bigint, $21,
        $5::timestamptz + make_interval(secs => $8::integer / 1000.0), now(),
        round((result ->> 'processing_time_ms')::numeric)::integer, result ->> 'model_used', result ->> 'model_version'
      FROM answer
      ON CONFLICT (id, created_at) DO UPDATE SET
        status = EXCLUDED.status, sha256 = EXCLUDED.sha256, image_url = EXCLUDED.image_url,
        image_size_bytes = EXCLUDED.image_size_bytes, image_format = EXCLUDED.image_format,
        extracted_text = EXCLUDED.extracted_text, confidence_score = EXCLUDED.confidence_score,
        structured_data = EXCLUDED.structured_data, detected_barcodes = EXCLUDED.detected_barcodes,
        processing_metadata = EXCLUDED.processing_metadata, result = EXCLUDED.result,
        duplicate_of = EXCLUDED.duplicate_of, duplicate_match = EXCLUDED.duplicate_match,
        appearance = EXCLUDED.appearance, text_appearance = EXCLUDED.text_appearance, facts_hash = EXCLUDED.facts_hash,
        started_at = EXCLUDED.started_at, completed_at = EXCLUDED.completed_at,
        processing_time_ms = EXCLUDED.processing_time_ms, model_used = EXCLUDED.model_used,
        model_version = EXCLUDED.model_version, queue_wait_time_ms = EXCLUDED.queue_wait_time_ms,
        error_code = NULL, error_message = NULL, error = NULL, progress_percentage = 100
      WHERE ocr_processing_jobs.shop_id = EXCLUDED.shop_id AND ocr_processing_jobs.status NOT IN ('completed', 'cancelled')
      RETURNING duplicate_of, duplicate_match
    ), event AS (
      INSERT INTO outbox (event_id, topic, key, type, headers, payload)
      SELECT ($16::jsonb ->> 'id')::uuid, $16 ->> 'type', $2::text, $16 ->> 'type', $17,
             $16 || jsonb_build_object('data', jsonb_build_object('job_id', $1::uuid, 'shop_id', $2::uuid, 'result', result))
      FROM job, answer
    ), inventory AS (
      INSERT INTO outbox (event_id, topic, key, type, headers, payload)
      SELECT ($22::jsonb ->> 'id')::uuid, $22 ->> 'type', $2::text, $22 ->> 'type', $17, $22
      FROM job WHERE $22 IS NOT NULL
    )
    SELECT duplicate_of, duplicate_match FROM job`,
};

export const SAVE_FAILURE: Statement = {
  name: 'save-failure',
  text: `
    WITH job AS (
      INSERT INTO ocr_processing_jobs (
        id, shop_id, user_id, request_id, created_at, job_type, image_url, queue_wait_time_ms, sha256,
        confidence_threshold, extract_barcodes, language, options, ocr_type,
        status, image_size_bytes, image_format, error_code, error_message, model_used, started_at, completed_at, error
      )
      VALUES (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
        'failed', $15, $16, $17, $18, $19, $5::timestamptz + make_interval(secs => $8::integer / 1000.0), now(), $27
      )
      ON CONFLICT (id, created_at) DO UPDATE SET
        status = EXCLUDED.status, error_code = EXCLUDED.error_code, error_message = EXCLUDED.error_message,
        model_used = EXCLUDED.model_used, completed_at = EXCLUDED.completed_at, error = EXCLUDED.error
      WHERE ocr_processing_jobs.shop_id = EXCLUDED.shop_id
        AND ocr_processing_jobs.status NOT IN ('completed', 'failed', 'cancelled')
      RETURNING id
    ), log AS (
      INSERT INTO ocr_error_logs (
        job_id, shop_id, user_id, request_id, image_url, error_code, error_message, model_used,
        error_type, stack_trace, processing_step, user_agent, ip_address
      )
      SELECT id, $2, $3, $4, $7, $17, $18, $19, $20, $21, $22, $23, $24 FROM job
    ), event AS (
      INSERT INTO outbox (event_id, topic, key, type, headers, payload)
      SELECT ($25::jsonb ->> 'id')::uuid, $25 ->> 'type', $2::text, $25 ->> 'type', $26, $25 FROM job
    )
    SELECT id FROM job`,
};
