import { parseJson } from '@edge-ocr/shared/parse-json';
import { modelVersionSchema } from '@edge-ocr/shared/pool';
import { z } from 'zod';
import { dataCentreStore } from '../cache/data-centre-store.ts';
import { causeOf, log } from '../log.ts';
import { callNode } from './call-node.ts';
import { announcedModelVersion, type PoolConfig } from './registry.ts';

const FRESH_MS = 60_000;
/** A version that could not be confirmed is believed this long before the pool is asked again. */
const RETRY_MS = 5000;
/** Long, so that repeats are served while the whole pool is down. */
const KEPT_SECONDS = 30 * 86_400;
const ASK_TIMEOUT_MS = 5000;
/** Shorter when there is an old version to go on with. */
const CONFIRM_TIMEOUT_MS = 1000;

const readySchema = z.looseObject({ model_version: modelVersionSchema });
const knownSchema = z.object({ version: modelVersionSchema, freshUntil: z.number() });
type Known = z.infer<typeof knownSchema>;

/** By pool, because the bindings of an isolate do not change but tests have several pools. */
const memo = new Map<string, Known>();

/**
 * The model version that the pool answers with now, or the last one known when no node can say.
 * @returns null when it was never known.
 */
export async function currentModelVersion(config: PoolConfig): Promise<string | null> {
  const announced = await announcedModelVersion(config);
  if (announced) {
    await noteModelVersion(config, announced);
    return announced;
  }
  const pool = nameOf(config);
  const known = memo.get(pool) ?? (await recall(pool));
  if (known && known.freshUntil > Date.now()) {
    memo.set(pool, known);
    return known.version;
  }
  const asked = await askPool(config, known ? CONFIRM_TIMEOUT_MS : ASK_TIMEOUT_MS);
  if (asked) {
    await noteModelVersion(config, asked);
    return asked;
  }
  if (known) memo.set(pool, { ...known, freshUntil: Date.now() + RETRY_MS });
  return known?.version ?? null;
}

/** Learns the version that an answer came with. */
export async function noteModelVersion(config: PoolConfig, version: string): Promise<void> {
  const pool = nameOf(config);
  const before = memo.get(pool);
  const now = { version, freshUntil: Date.now() + FRESH_MS };
  memo.set(pool, now);
  // Half a lifetime of slack keeps a busy isolate from writing the same version with every answer.
  if (before?.version === version && before.freshUntil - Date.now() > FRESH_MS / 2) return;
  try {
    await dataCentreStore.put(storeKey(pool), JSON.stringify(now), KEPT_SECONDS);
  } catch (error) {
    log('warn', 'model_version_not_kept', { cause: causeOf(error).cause });
  }
}

/** @returns the version in the header of a node's answer, or null when there is none that could be one. */
export function versionIn(header: string | null): string | null {
  return modelVersionSchema.safeParse(header).data ?? null;
}

async function recall(pool: string): Promise<Known | undefined> {
  try {
    return knownSchema.safeParse(parseJson((await dataCentreStore.get(storeKey(pool))) ?? '')).data;
  } catch (error) {
    log('warn', 'model_version_not_read', { cause: causeOf(error).cause });
    return undefined;
  }
}

async function askPool(config: PoolConfig, timeoutMs: number): Promise<string | null> {
  try {
    const deadline = Date.now() + timeoutMs;
    const reply = await callNode(config, { method: 'GET', target: '/ready', headers: {}, deadline, idempotent: true });
    return readySchema.safeParse(parseJson(reply.text)).data?.model_version ?? null;
  } catch (error) {
    log('warn', 'model_version_unconfirmed', { cause: causeOf(error).cause });
    return null;
  }
}

function nameOf({ nodeUrls, redis }: PoolConfig): string {
  return [...nodeUrls, ...(redis ? [redis.url] : [])].join(',');
}

function storeKey(pool: string): string {
  return `model-version/1/${encodeURIComponent(pool)}`;
}
