/**
 * `npm run bench -- duplicates --dataset DIR [--limit N]`: whether copies of receipts are known again. Each receipt is
 * read as it is and as copies that are made in memory (copies.ts); for each kind of copy a shop of its own gets all
 * receipts and then all copies. found: copies that name their own receipt. false_duplicates: results that name another
 * one's, receipts as they are included. look_ms: hashing the pixels, in a worker; save_ms: keeping a result, with the
 * search for a lookalike and without.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseConfig } from '@edge-ocr/gpu-node/config';
import type { Appearance } from '@edge-ocr/gpu-node/duplicates/appearance';
import { startTestCluster } from '@edge-ocr/gpu-node/persist/cluster.fixture';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { newJobId } from '@edge-ocr/gpu-node/persist/job-id';
import { ensurePartitions } from '@edge-ocr/gpu-node/persist/partitions';
import { saveResult } from '@edge-ocr/gpu-node/persist/results';
import { type PersistResult, processDocument } from '@edge-ocr/gpu-node/process-document';
import { duplicateLimits } from '@edge-ocr/gpu-node/routes/duplicate-limits';
import type { StagePool } from '@edge-ocr/gpu-node/workers/stage-pool';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { COPIES, makeCopy } from './copies.ts';
import { percentile, rounded } from './figures.ts';
import { spread } from './images.ts';
import { DEADLINE_MS, openPipeline, type Pipeline } from './pipeline.ts';
import { readSroie } from './sroie.ts';

const OPTIONS = parseOcrOptions({ type: 'receipt', extract_barcodes: 'false' });
/** The defaults; the secret is not used. */
const LIMITS = duplicateLimits(parseConfig({ INTERNAL_SECRET: 'x'.repeat(32) }));

interface Seen {
  readonly receipt: string;
  readonly result: OcrResult;
  readonly appearance: Appearance;
}

export async function benchDuplicates({ dataset, limit }: { dataset: string; limit: number }) {
  const receipts = spread(readSroie(dataset), limit);
  const pipeline = await openPipeline();
  const looks: number[] = [];
  const seen: Record<string, Seen[]> = Object.fromEntries(['plain', ...COPIES].map((name) => [name, []]));
  for (const { id, image } of receipts) {
    seen.plain!.push(await look(id, await readFile(image), pipeline, looks));
    for (const name of COPIES) seen[name]!.push(await look(id, await makeCopy(name, image), pipeline, looks));
  }
  await pipeline.close();
  const cluster = await startTestCluster();
  const db = await cluster.openMigrated();
  await ensurePartitions(db);
  const saves = { with: [] as number[], without: [] as number[] };
  const copies = [];
  for (const name of COPIES) copies.push({ copy: name, ...(await compare(db, seen.plain!, seen[name]!, saves)) });
  await cluster.stop();
  return {
    receipts: receipts.length,
    copies,
    recall: rounded(copies.reduce((sum, { found }) => sum + found, 0) / (copies.length * receipts.length)),
    look_ms: spreadOf(looks),
    save_ms: { with_lookalikes: spreadOf(saves.with), without: spreadOf(saves.without) },
  };
}

async function look(receipt: string, bytes: Uint8Array, { engine }: Pipeline, looks: number[]): Promise<Seen> {
  let appearance: Appearance = { page: null, text: null };
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const persist: PersistResult = async (unsaved, seen) => {
    appearance = seen ?? appearance;
    return unsaved;
  };
  const timed = { ...engine, stages: timingOf(engine.stages, looks) };
  const result = await processDocument({ bytes, options: OPTIONS, signal, persist }, timed);
  return { receipt, result, appearance };
}

function timingOf(stages: StagePool, looks: number[]): StagePool {
  return {
    ...stages,
    async run(name, ...task) {
      const started = performance.now();
      const done = await stages.run(name, ...task);
      if (name === 'appearance') looks.push(performance.now() - started);
      return done;
    },
  };
}

interface Saves {
  readonly with: number[];
  readonly without: number[];
}

async function compare(db: Database, plain: readonly Seen[], copies: readonly Seen[], saves: Saves) {
  const shopId = randomUUID();
  const originals = new Map<string, string>();
  const falsely: string[] = [];
  let found = 0;
  for (const seen of [...plain, ...copies]) {
    await save(db, randomUUID(), { ...seen, appearance: null }, saves.without);
    const { id, duplicate_of } = await save(db, shopId, seen, saves.with);
    if (plain.includes(seen)) originals.set(id, seen.receipt);
    if (duplicate_of === null) continue;
    const named = originals.get(duplicate_of);
    if (copies.includes(seen) && named === seen.receipt) found++;
    else falsely.push(`${seen.receipt} as ${named}`);
  }
  return { found, false_duplicates: falsely.length, falsely: falsely.join(', ') };
}

async function save(
  db: Database,
  shopId: string,
  { result, appearance }: Pick<Seen, 'result'> & { readonly appearance: Appearance | null },
  times: number[],
): Promise<OcrResult> {
  const started = performance.now();
  const kept = await saveResult(db, {
    result: { ...result, id: newJobId(), image: { ...result.image, sha256: randomBytes(32).toString('hex') } },
    options: OPTIONS,
    principal: { shopId, userId: randomUUID() },
    requestId: 'bench',
    ...(appearance && { lookalikes: { appearance, limits: LIMITS } }),
  });
  times.push(performance.now() - started);
  return kept;
}

function spreadOf(times: readonly number[]) {
  return { p50: rounded(percentile(times, 0.5), 2), p95: rounded(percentile(times, 0.95), 2) };
}
