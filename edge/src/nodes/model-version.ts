import { z } from 'zod';
import { dataCentreStore } from '../cache/data-centre-store.ts';
import { causeOf, log } from '../log.ts';
import { parseJson } from '../parse-json.ts';
import { callNode } from './call-node.ts';

const FRESH_MS = 60_000;
/** A version that could not be confirmed is believed this long before the pool is asked again. */
const RETRY_MS = 5000;
/** Long, so that repeats are served while the whole pool is down. */
const KEPT_SECONDS = 30 * 86_400;
const ASK_TIMEOUT_MS = 5000;
/** Shorter when there is an old version to go on with. */
const CONFIRM_TIMEOUT_MS = 1000;

const versionSchema = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const readySchema = z.looseObject({ model_version: versionSchema });
const knownSchema = z.object({ version: versionSchema, freshUntil: z.number() });
type Known = z.infer<typeof knownSchema>;

/** By pool, because the bindings of an isolate do not change but tests have several pools. */
const memo = new Map<string, Known>();

/**
 * The model version that the pool answers with now, or the last one known when no node can say.
 * @returns null when it was never known.
 */
export async function currentModelVersion(nodeUrls: readonly string[]): Promise<string | null> {
  const pool = nodeUrls.join(',');
  const known = memo.get(pool) ?? (await recall(pool));
  if (known && known.freshUntil > Date.now()) {
    memo.set(pool, known);
    return known.version;
  }
  const asked = await askPool(nodeUrls, known ? CONFIRM_TIMEOUT_MS : ASK_TIMEOUT_MS);
  if (asked) {
    await noteModelVersion(nodeUrls, asked);
    return asked;
  }
  if (known) memo.set(pool, { ...known, freshUntil: Date.now() + RETRY_MS });
  return known?.version ?? null;
}

/** Learns the version that an answer came with. */
export async function noteModelVersion(nodeUrls: readonly string[], version: string): Promise<void> {
  const pool = nodeUrls.join(',');
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
  return versionSchema.safeParse(header).data ?? null;
}

async function recall(pool: string): Promise<Known | undefined> {
  try {
    return knownSchema.safeParse(parseJson((await dataCentreStore.get(storeKey(pool))) ?? '')).data;
  } catch (error) {
    log('warn', 'model_version_not_read', { cause: causeOf(error).cause });
    return undefined;
  }
}

async function askPool(nodeUrls: readonly string[], timeoutMs: number): Promise<string | null> {
  try {
    const deadline = Date.now() + timeoutMs;
    const reply = await callNode(nodeUrls, { method: 'GET', target: '/ready', headers: {}, deadline });
    return readySchema.safeParse(parseJson(reply.text)).data?.model_version ?? null;
  } catch (error) {
    log('warn', 'model_version_unconfirmed', { cause: causeOf(error).cause });
    return null;
  }
}

function storeKey(pool: string): string {
  return `model-version/1/${encodeURIComponent(pool)}`;
}
