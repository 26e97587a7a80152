import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import type { Database } from './database.ts';
import type { DuplicateLimits } from './duplicates.ts';
import { newJobId } from './job-id.ts';
import { ensurePartitions } from './partitions.ts';
import { exampleJob, exampleResult } from './result.fixture.ts';
import { findResult, saveResult } from './results.ts';

const LIMITS: DuplicateLimits = { days: 90, candidates: 100, paperDistance: 12, thingDistance: 6, distanceAlone: 4 };
const LOOKS = 0x5a5a_1234_0f0f_9876n;

let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
  await ensurePartitions(db);
});
afterAll(() => cluster?.stop());

/** The hash with its lowest bits turned. */
const turned = (bits: number) => BigInt.asIntN(64, LOOKS ^ ((1n << BigInt(bits)) - 1n));

interface Photo {
  readonly result?: Partial<OcrResult>;
  /** Bits in which the page differs from the others. */
  readonly bits?: number;
  readonly textBits?: number;
  readonly limits?: Partial<DuplicateLimits>;
}

const RECEIPT = { company: 'HARBOUR LANE', date: '2026-11-01', time: '12:30', total: 12.5 };

/** Saves photos of one shop one after the other. */
function shop() {
  const { shopId } = exampleJob().principal;
  const save = ({ result, bits = 0, textBits = bits, limits }: Photo = {}) => {
    const job = exampleJob(exampleResult({ structured: RECEIPT, ...result }), shopId);
    const appearance = { page: turned(bits), text: turned(textBits) };
    return saveResult(db, { ...job, lookalikes: { appearance, limits: { ...LIMITS, ...limits } } });
  };
  return { shopId, save };
}

describe('the same photo in other bytes', () => {
  test('names the first result, in the answer, the row and the event', async () => {
    const { shopId, save } = shop();
    const first = await save();
    expect(first).toMatchObject({ duplicate_of: null, duplicate_match: null });
    const second = await save({ bits: 12 });
    expect(second).toMatchObject({ duplicate_of: first.id, duplicate_match: 'appearance' });
    expect(await findResult(db, shopId, second.id)).toEqual(second);
    const { rows } = await db.query(
      `SELECT j.duplicate_of, j.duplicate_match, o.payload #> '{data,result,duplicate_match}' AS told
       FROM ocr_processing_jobs j JOIN outbox o ON o.payload ->> 'subject' = j.id::text WHERE j.id = $1`,
      [second.id],
    );
    expect(rows).toEqual([{ duplicate_of: first.id, duplicate_match: 'appearance', told: 'appearance' }]);
  });

  test('is named after the first of all, and known by its text where the page was cut otherwise', async () => {
    const { save } = shop();
    const first = await save();
    await save({ bits: 10 });
    expect(await save({ bits: 20 })).toMatchObject({ duplicate_of: first.id });
    expect(await save({ bits: 40, textBits: 0 })).toMatchObject({ duplicate_of: first.id });
  });

  test('is none by bytes; the same bytes are, also when an older one looks the same', async () => {
    const { save } = shop();
    const older = await save();
    const image = { sha256: 'cd'.repeat(32), format: 'png', size_bytes: 3 };
    const first = await save({ result: { image } });
    expect(first).toMatchObject({ duplicate_of: older.id, duplicate_match: 'appearance' });
    expect(await save({ result: { image } })).toMatchObject({ duplicate_of: first.id, duplicate_match: 'bytes' });
  });

  test('keeps what it said when it is saved again', async () => {
    const { save } = shop();
    await save();
    const second = await save({ bits: 1 });
    expect(await save({ bits: 1, result: second })).toEqual(second);
  });
});

describe('what only looks alike', () => {
  test.each<[string, Partial<OcrResult>]>([
    ['another total', { structured: { ...RECEIPT, total: 12.6 } }],
    ['another date', { structured: { ...RECEIPT, date: '2026-11-02' } }],
    ['another time', { structured: { ...RECEIPT, time: '12:31' } }],
    ['another company', { structured: { ...RECEIPT, company: 'Mill Bakery' }, text: 'Mill Bakery' }],
    ['no date', { structured: { company: 'HARBOUR LANE', total: 12.5 } }],
    ['another type', { type: 'invoice', structured: { ...RECEIPT, invoice_number: '1' } }],
  ])('with %s is no duplicate', async (_, result) => {
    const { save } = shop();
    await save();
    expect(await save({ result })).toMatchObject({ duplicate_of: null, duplicate_match: null });
  });

  test('with the same facts but other looks is none', async () => {
    const { save } = shop();
    await save();
    expect((await save({ bits: 13 })).duplicate_of).toBeNull();
  });

  test('without facts is none for papers, however alike', async () => {
    const { save } = shop();
    for (const type of ['receipt', 'invoice', 'document'] as const) {
      await save({ result: { type, structured: {} } });
      expect((await save({ result: { type, structured: {} } })).duplicate_of).toBeNull();
    }
  });

  test('of another shop is none', async () => {
    await shop().save();
    expect((await shop().save()).duplicate_of).toBeNull();
  });
});

describe('a product', () => {
  const barcode = { type: 'product' as const, structured: { barcode: '4006381333931' } };
  const label = { type: 'product' as const, structured: { product_name: 'Tea' }, text: 'Green Tea 20 bags' };

  test('with the same code is known in nearer looks than a paper', async () => {
    const { save } = shop();
    const first = await save({ result: barcode });
    expect((await save({ result: barcode, bits: 6 })).duplicate_of).toBe(first.id);
    expect((await save({ result: barcode, bits: 13 })).duplicate_of).toBeNull();
  });

  test('without a code is known by still nearer looks and the same words', async () => {
    const { save } = shop();
    const first = await save({ result: label });
    expect((await save({ result: label, bits: 4 })).duplicate_of).toBe(first.id);
    expect((await save({ result: label, bits: 10 })).duplicate_of).toBeNull();
    expect((await save({ result: { ...label, text: 'Black Coffee 500 g' } })).duplicate_of).toBeNull();
    expect((await save({ result: barcode })).duplicate_of).toBeNull();
  });
});

describe('the search', () => {
  test('goes back so many days', async () => {
    const { save } = shop();
    const old = newJobId(Date.now() - 100 * 86_400_000);
    await save({ result: { id: old } });
    expect((await save()).duplicate_of).toBeNull();
    expect((await save({ limits: { days: 120 } })).duplicate_of).toBe(old);
  });

  test('compares so many of the latest, and none when told so', async () => {
    const { save } = shop();
    const first = await save();
    for (let i = 0; i < 3; i++) await save({ bits: 30 + i });
    expect((await save({ limits: { candidates: 3 } })).duplicate_of).not.toBe(first.id);
    expect((await save({ limits: { candidates: 0 } })).duplicate_of).toBeNull();
  });

  test('uses its index', async () => {
    const { rows } = await db.transaction(async (transaction) => {
      // On a small table reading all of it is cheaper.
      await transaction.query('SET LOCAL enable_seqscan = off');
      return await transaction.query(
        `EXPLAIN SELECT id FROM ocr_processing_jobs WHERE shop_id = gen_random_uuid() AND ocr_type = 'receipt'
         AND facts_hash = 'x' AND created_at > now() AND appearance IS NOT NULL AND status = 'completed'`,
      );
    });
    expect(JSON.stringify(rows)).toMatch(/facts_hash/);
  });
});
