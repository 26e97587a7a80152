/** How right the models were, as people said: ocr_field_metrics by field, ocr_model_metrics for all of them. */
import type { Queryable } from './database.ts';

/** What one review adds to the counts; `correct` is negative when a confirmation is taken back. */
export interface PredictionCounts {
  readonly modelName: string;
  readonly modelVersion: string;
  /** The day of the counts, in UTC. */
  readonly readAt: Date;
  readonly reviewedResults: number;
  /** Of the newly reviewed results. */
  readonly processingTimeMs: number;
  readonly fields: readonly { readonly field: string; readonly predictions: number; readonly correct: number }[];
}

/** Inside a transaction: the first statement locks the model's row of the day, so that no two change its sums at once. */
export async function countPredictions(transaction: Queryable, counts: PredictionCounts): Promise<void> {
  const key = [counts.modelName, counts.modelVersion, counts.readAt.toISOString().slice(0, 10)];
  await transaction.query(COUNT_RESULTS, [...key, counts.reviewedResults, counts.processingTimeMs]);
  await transaction.query(COUNT_FIELDS, [...key, JSON.stringify(counts.fields)]);
  await transaction.query(SUM_UP, key);
}

const COUNT_RESULTS = {
  name: 'count-reviewed-results',
  text: `INSERT INTO ocr_model_metrics AS m (model_name, model_version, date, reviewed_results, processing_time_total_ms)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (model_name, model_version, date) DO UPDATE SET
           reviewed_results = m.reviewed_results + EXCLUDED.reviewed_results,
           processing_time_total_ms = m.processing_time_total_ms + EXCLUDED.processing_time_total_ms`,
};

// Not INSERT … ON CONFLICT with the change as the row: CHECK looks at the row proposed, and a change may be below 0.
const COUNT_FIELDS = {
  name: 'count-field-predictions',
  text: `WITH change AS (
           SELECT c ->> 'field' AS field, (c ->> 'predictions')::integer AS predictions, (c ->> 'correct')::integer AS correct
           FROM jsonb_array_elements($4::jsonb) AS c
         ), known AS (
           UPDATE ocr_field_metrics f
           SET predictions = f.predictions + change.predictions, correct = f.correct + change.correct
           FROM change WHERE f.model_name = $1 AND f.model_version = $2 AND f.date = $3 AND f.field = change.field
           RETURNING f.field
         )
         INSERT INTO ocr_field_metrics (model_name, model_version, date, field, predictions, correct)
         SELECT $1, $2, $3, field, predictions, correct FROM change WHERE field NOT IN (SELECT field FROM known)`,
};

const share = (field: string) => `round(sum(correct) FILTER (WHERE field = '${field}')::numeric
  / nullif(sum(predictions) FILTER (WHERE field = '${field}'), 0), 4)`;

const SUM_UP = {
  name: 'sum-up-predictions',
  text: `UPDATE ocr_model_metrics m SET
           total_predictions = s.predictions, correct_predictions = s.correct,
           accuracy_score = round(s.correct::numeric / nullif(s.predictions, 0), 4),
           product_name_accuracy = s.product_name, price_accuracy = s.price, barcode_accuracy = s.barcode,
           average_processing_time_ms = round(m.processing_time_total_ms::numeric / nullif(m.reviewed_results, 0)),
           recorded_at = now()
         FROM (
           SELECT sum(predictions)::integer AS predictions, sum(correct)::integer AS correct,
                  ${share('product_name')} AS product_name, ${share('price')} AS price, ${share('barcode')} AS barcode
           FROM ocr_field_metrics WHERE model_name = $1 AND model_version = $2 AND date = $3
         ) s
         WHERE m.model_name = $1 AND m.model_version = $2 AND m.date = $3`,
};

/** Of one model version: by field, how many values people looked at and how many of them had been read right. */
export interface VersionAccuracy {
  readonly modelVersion: string;
  readonly fields: Readonly<Record<string, { readonly predictions: number; readonly correct: number }>>;
}

/** Configurations come and go, each a version of its own; a scrape is not to grow with them. */
const MAX_VERSIONS = 20;

const READ_ACCURACY = {
  name: 'read-accuracy',
  text: `WITH latest AS (
           SELECT model_version FROM ocr_field_metrics WHERE date > (now() AT TIME ZONE 'UTC')::date - $1::integer
           GROUP BY 1 ORDER BY max(date) DESC, sum(predictions) DESC LIMIT ${MAX_VERSIONS}
         )
         SELECT model_version, field, sum(predictions)::integer AS predictions, sum(correct)::integer AS correct
         FROM ocr_field_metrics
         WHERE date > (now() AT TIME ZONE 'UTC')::date - $1::integer AND model_version IN (SELECT model_version FROM latest)
         GROUP BY 1, 2 ORDER BY 1, 2`,
};

/** Over all shops, of what was read in the last `days`; the latest 20 versions. @throws DatabaseAwayError */
export async function readAccuracy(db: Queryable, days: number): Promise<VersionAccuracy[]> {
  const { rows } = await db.query<{ model_version: string; field: string; predictions: number; correct: number }>(
    READ_ACCURACY,
    [days],
  );
  return [...Map.groupBy(rows, (row) => row.model_version)].map(([modelVersion, of]) => ({
    modelVersion,
    fields: Object.fromEntries(of.map(({ field, predictions, correct }) => [field, { predictions, correct }])),
  }));
}
