import { randomUUID } from 'node:crypto';
import { type Corrections, correctableFields } from '@edge-ocr/shared/contract/corrections';
import { type OcrResult, ocrResultSchema } from '@edge-ocr/shared/contract/result';
import { resultsQuerySchema } from '@edge-ocr/shared/contract/results';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccuracy } from './accuracy.ts';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import { correctResult } from './corrections.ts';
import type { Database } from './database.ts';
import { newJobId } from './job-id.ts';
import { ensurePartitions } from './partitions.ts';
import { exampleJob, exampleResult } from './result.fixture.ts';
import { findByHash, findResult, type ResultToSave, saveResult, searchResults } from './results.ts';

let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
  await ensurePartitions(db);
});
afterAll(() => cluster?.stop());

const field = (value: string | number) => ({ value, confidence: 0.9, line: 0, lines: [0], polygon: null });

/** A stored receipt of a version of its own, so that its counts are too. */
async function stored(overrides: Partial<OcrResult> = {}, of: Database = db): Promise<ResultToSave> {
  const job = exampleJob(
    exampleResult({
      model_version: randomUUID(),
      structured: { company: 'Harbour Lane', total: 12.5, date: '2026-11-01' },
      fields: { company: field('Harbour Lane'), total: field(12.5), date: field('2026-11-01') },
      processing_time_ms: 800.4,
      ...overrides,
    }),
  );
  await saveResult(of, job);
  return job;
}

function say({ principal, result }: ResultToSave, fields: Corrections, of: Database = db) {
  return correctResult(of, { principal, resultId: result.id, fields });
}

async function metricsOf({ result }: ResultToSave, of: Database = db) {
  const { rows } = await of.query<Record<string, unknown>>(
    `SELECT model_name, total_predictions, correct_predictions, accuracy_score, product_name_accuracy, price_accuracy,
            barcode_accuracy, average_processing_time_ms, reviewed_results, date
     FROM ocr_model_metrics WHERE model_version = $1`,
    [result.model_version],
  );
  return rows;
}

async function countsOf({ result }: ResultToSave) {
  const versions = await readAccuracy(db, 90);
  return versions.find(({ modelVersion }) => modelVersion === result.model_version)?.fields;
}

async function historyOf({ result }: ResultToSave) {
  const { rows } = await db.query<{ field: string; corrected_value: unknown; is_correct: boolean; current: boolean }>(
    `SELECT field, read_value, corrected_value, is_correct, superseded_at IS NULL AS current FROM ocr_corrections
     WHERE result_id = $1 ORDER BY id`,
    [result.id],
  );
  return rows;
}

describe('a correction', () => {
  test('is shown in structured, and what was read stays in fields', async () => {
    const job = await stored();
    const corrected = await say(job, { total: 21.5, company: '  HARBOUR LANE ', date: null, currency: 'GBP' });
    expect(ocrResultSchema.parse(corrected)).toEqual(corrected);
    expect(corrected).toMatchObject({
      structured: { company: 'HARBOUR LANE', total: 21.5, currency: 'GBP' },
      fields: job.result.fields,
      corrections: { total: { value: 21.5 }, date: { value: null } },
    });
    expect(corrected?.structured).not.toHaveProperty('date');
    const { shopId } = job.principal;
    expect(await findResult(db, shopId, job.result.id)).toEqual(corrected);
    const { results } = await searchResults(db, shopId, resultsQuerySchema.parse({}));
    expect(results).toEqual([corrected]);
  });

  test('changes nothing of the answer for the same bytes, which is what was read', async () => {
    const job = await stored();
    await say(job, { total: 1 });
    const { options, principal, result } = job;
    const asked = { sha256: result.image.sha256, options, modelVersion: result.model_version };
    expect(await findByHash(db, principal.shopId, asked)).toEqual(result);
    expect(await saveResult(db, job)).toEqual(result);
  });

  test('counts a value that was read so as right, however it is written', async () => {
    const job = await stored();
    await say(job, { company: 'HARBOUR-LANE', total: 12.5, date: '2026-11-02', tax: null });
    expect(await countsOf(job)).toEqual({
      company: { predictions: 1, correct: 1 },
      total: { predictions: 1, correct: 1 },
      date: { predictions: 1, correct: 0 },
      tax: { predictions: 1, correct: 1 },
    });
    expect(await metricsOf(job)).toEqual([
      {
        model_name: 'paddle',
        total_predictions: 4,
        correct_predictions: 3,
        accuracy_score: '0.7500',
        product_name_accuracy: null,
        price_accuracy: null,
        barcode_accuracy: null,
        average_processing_time_ms: 800,
        reviewed_results: 1,
        date: new Date().toISOString().slice(0, 10),
      },
    ]);
  });

  test('said twice is one; the latest of a field wins and is counted in the place of the one before', async () => {
    const job = await stored();
    const first = await say(job, { total: 9, date: '2026-11-01' });
    expect(await say(job, { total: 9 })).toEqual(first);
    expect(await historyOf(job)).toHaveLength(2);
    expect((await say(job, { total: 12.5 }))?.structured.total).toBe(12.5);
    expect(await historyOf(job)).toEqual([
      { field: 'total', read_value: 12.5, corrected_value: 9, is_correct: false, current: false },
      { field: 'date', read_value: '2026-11-01', corrected_value: '2026-11-01', is_correct: true, current: true },
      { field: 'total', read_value: 12.5, corrected_value: 12.5, is_correct: true, current: true },
    ]);
    expect(await countsOf(job)).toEqual({
      total: { predictions: 1, correct: 1 },
      date: { predictions: 1, correct: 1 },
    });
    await say(job, { total: 10 });
    expect((await countsOf(job))?.total).toEqual({ predictions: 1, correct: 0 });
    expect((await metricsOf(job))[0]).toMatchObject({
      total_predictions: 2,
      correct_predictions: 1,
      reviewed_results: 1,
    });
  });

  test('of a product fills the columns of its own', async () => {
    const product = { product_name: 'Tea', price: 3.2, barcode: '4006381333931' };
    const fields = Object.fromEntries(Object.entries(product).map(([name, value]) => [name, field(value)]));
    const job = await stored({ type: 'product', structured: product, fields, processing_time_ms: 100 });
    const other = await stored({ ...job.result, id: newJobId(), processing_time_ms: 201 });
    await say(job, { ...product, price: 3.3 });
    await say(other, { price: 3.2 });
    expect((await metricsOf(job))[0]).toMatchObject({
      total_predictions: 4,
      correct_predictions: 3,
      product_name_accuracy: '1.0000',
      price_accuracy: '0.5000',
      barcode_accuracy: '1.0000',
      average_processing_time_ms: 151,
      reviewed_results: 2,
    });
  });

  test('of another shop’s result, or of none, finds nothing and leaves nothing', async () => {
    const job = await stored();
    const stranger = { ...job, principal: { ...job.principal, shopId: randomUUID() } };
    expect(await say(stranger, { total: 1 })).toBeNull();
    expect(await correctResult(db, { ...job, resultId: newJobId(), fields: { total: 1 } })).toBeNull();
    expect(await correctResult(db, { ...job, resultId: randomUUID(), fields: { total: 1 } })).toBeNull();
    expect(await historyOf(job)).toEqual([]);
    expect(await findResult(db, job.principal.shopId, job.result.id)).toEqual(job.result);
  });

  test.each<[string, Corrections, string]>([
    ['a field that receipts do not have', { total: 3, sku: 'x' }, 'Field sku of type receipt: is not known'],
    ['a list of items', { line_items: 'tea' }, 'Field line_items'],
    ['an inherited name', { constructor: 'x' }, 'Field constructor'],
    ['an amount as text', { total: '12.50' }, 'Field total'],
    ['a date that is none', { date: '2026-02-30' }, 'Field date'],
    ['a date in another form', { date: '01/11/2026' }, 'Field date'],
    ['a number for a name', { company: 4 }, 'Field company'],
    ['white space', { company: '  ' }, 'Field company of type receipt: is empty'],
  ])('with %s is refused as a whole', async (_, fields, message) => {
    const job = await stored();
    const refused = await say(job, fields).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OcrError);
    expect(refused).toMatchObject({ code: 'INVALID_REQUEST', details: { known_fields: correctableFields('receipt') } });
    expect((refused as OcrError).message).toContain(message);
    expect((refused as OcrError).suggestion).toContain('payment_method');
    expect(await historyOf(job)).toEqual([]);
  });

  test('counts nothing when it cannot be kept', async () => {
    const broken = await cluster.openMigrated();
    await ensurePartitions(broken);
    const job = await stored({}, broken);
    await broken.query('ALTER TABLE ocr_corrections ADD CONSTRAINT nothing CHECK (field IS NULL)');
    await expect(say(job, { total: 1 }, broken)).rejects.toMatchObject({ code: '23514' });
    expect(await metricsOf(job, broken)).toEqual([]);
  });

  test('beside others loses no count', async () => {
    const first = await stored();
    const jobs = [first];
    for (let i = 0; i < 11; i++) jobs.push(await stored({ ...first.result, id: newJobId() }));
    await Promise.all(
      jobs.flatMap((job, i) => [say(job, { total: i % 2 === 0 ? 12.5 : 1 }), say(job, { date: '2026-11-01' })]),
    );
    expect(await countsOf(first)).toEqual({
      total: { predictions: 12, correct: 6 },
      date: { predictions: 12, correct: 12 },
    });
    expect((await metricsOf(first))[0]).toMatchObject({
      total_predictions: 24,
      correct_predictions: 18,
      reviewed_results: 12,
    });
  });
});

test('what types can be corrected: their scalars, never their lists', () => {
  expect(correctableFields('receipt')).toEqual(expect.arrayContaining(['company', 'date', 'total']));
  expect(correctableFields('barcode')).toEqual(['barcode']);
  for (const type of ['receipt', 'invoice', 'document'] as const) {
    expect(correctableFields(type)).not.toContain('line_items');
    expect(correctableFields(type)).not.toContain('documents');
  }
});
