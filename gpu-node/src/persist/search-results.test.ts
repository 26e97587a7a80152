import { randomUUID } from 'node:crypto';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { resultsQuerySchema } from '@edge-ocr/shared/contract/results';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import type { Database } from './database.ts';
import { newJobId } from './job-id.ts';
import { ensurePartitions } from './partitions.ts';
import { exampleJob, exampleResult } from './result.fixture.ts';
import { saveResult } from './results.ts';
import { cursorAfter, searchResults } from './search-results.ts';

const shopId = randomUUID();
const MINUTE_MS = 60_000;
const newest = Date.now();
let cluster: TestCluster;
let db: Database;

/** Newest first. */
const stored: OcrResult[] = [
  exampleResult({ id: newJobId(newest), text: 'GREEN TEA 500 g\nRM 12.90', type: 'product' }),
  exampleResult({ id: newJobId(newest - MINUTE_MS), text: 'Sunflower Supermarket\nTotal amount 100%' }),
  exampleResult({ id: newJobId(newest - MINUTE_MS), text: 'মোট টাকা ২৫০' }),
  exampleResult({ id: newJobId(newest - 3 * MINUTE_MS), text: 'amount total: nothing' }),
  exampleResult({ id: newJobId(newest - 400 * 24 * 60 * MINUTE_MS), text: 'green apples' }),
];
stored.sort((a, b) => (a.id < b.id ? 1 : -1));

beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
  await ensurePartitions(db);
  for (const result of stored) await saveResult(db, exampleJob(result, shopId));
  await saveResult(db, exampleJob(exampleResult({ text: 'GREEN TEA of another shop' })));
});
afterAll(() => cluster?.stop());

const search = (query: Record<string, unknown>) => searchResults(db, shopId, resultsQuerySchema.parse(query));
const textsOf = async (query: Record<string, unknown>) => (await search(query)).results.map(({ text }) => text);
const textAt = (index: number) => stored[index]?.text;

test('gives the shop’s results, newest first', async () => {
  expect(await search({})).toEqual({ results: stored, next_cursor: null });
  expect(await searchResults(db, randomUUID(), resultsQuerySchema.parse({}))).toEqual({
    results: [],
    next_cursor: null,
  });
});

test('pages through all of them once, also where two have the same instant', async () => {
  const seen: OcrResult[] = [];
  let cursor: string | undefined;
  do {
    const page = await search({ limit: 2, ...(cursor && { cursor }) });
    seen.push(...page.results);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(stored);
});

test('finds whole words in any order, phrases, pieces of words, and other scripts', async () => {
  expect(await textsOf({ query: 'tea green' })).toEqual(['GREEN TEA 500 g\nRM 12.90']);
  expect(await textsOf({ query: 'green' })).toEqual(['GREEN TEA 500 g\nRM 12.90', 'green apples']);
  expect(await textsOf({ query: 'green -apples' })).toEqual(['GREEN TEA 500 g\nRM 12.90']);
  expect(await textsOf({ query: '"total amount"' })).toEqual(['Sunflower Supermarket\nTotal amount 100%']);
  expect(await textsOf({ query: 'permark' })).toEqual(['Sunflower Supermarket\nTotal amount 100%']);
  expect(await textsOf({ query: 'টাকা' })).toEqual(['মোট টাকা ২৫০']);
  expect(await textsOf({ query: '0%' })).toEqual(['Sunflower Supermarket\nTotal amount 100%']);
  expect(await textsOf({ query: '   ' })).toHaveLength(stored.length);
});

test('signs that mean something to SQL or to the search mean nothing here', async () => {
  for (const query of ['%', '_', '\\', "'", '!! | & (', ':*', 'a\0b', '"unclosed', '-', 'x'.repeat(200)]) {
    const { results } = await search({ query });
    expect(results.every(({ text }) => text.includes(query))).toBe(true);
  }
});

test('narrows by type and by time', async () => {
  expect(await textsOf({ type: 'product' })).toEqual([textAt(0)]);
  expect(await textsOf({ from: new Date(newest - 2 * MINUTE_MS).toISOString() })).toEqual([
    textAt(0),
    textAt(1),
    textAt(2),
  ]);
  expect(await textsOf({ from: '2000-01-01' })).toHaveLength(stored.length);
});

test('a cursor of somebody’s own making is INVALID_REQUEST', async () => {
  const good = cursorAfter(newJobId());
  for (const cursor of ['', 'x', `${good}A`, `${good}=`, good.slice(1), cursorAfter(randomUUID()), '§'.repeat(22)]) {
    await expect(search({ cursor })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  }
});
