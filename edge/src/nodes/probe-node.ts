import { waitUntil } from 'cloudflare:workers';
import { log } from '../log.ts';
import { fetchNode } from './fetch-node.ts';
import { healthOf } from './node-health.ts';
import type { KnownNode, PoolConfig } from './registry.ts';

const PROBE_TIMEOUT_MS = 2000;

/** Looks, behind the request, whether nodes whose rest is over are back: one look at a node at a time. */
export function probeDueNodes(nodes: readonly KnownNode[], config: PoolConfig): void {
  for (const { url } of nodes) if (healthOf(url).takeProbe(Date.now())) waitUntil(probe(url, config));
}

async function probe(url: string, { pool }: PoolConfig): Promise<void> {
  const isBack = await isReady(url);
  healthOf(url).probed(isBack, Date.now(), pool);
  log('info', isBack ? 'node_back' : 'node_still_away', { node: url });
}

async function isReady(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const response = await fetchNode(`${url}/ready`, { redirect: 'manual', signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
