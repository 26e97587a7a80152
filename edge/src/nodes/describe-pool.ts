import type { NodeState, PoolNode } from '@edge-ocr/shared/contract/operations';
import { healthOf } from './node-health.ts';
import { type KnownNode, knownNodes, type PoolConfig } from './registry.ts';

/**
 * The pool for an operator, as this isolate sees it.
 * @param answered what the node that was asked last says of itself. A node that does not announce itself is known by it
 *   where it is the only one; of several nobody could tell which it was.
 */
export async function describePool(config: PoolConfig, answered?: NodeState): Promise<PoolNode[]> {
  const nodes = await knownNodes(config);
  const only = nodes.length === 1 ? answered : undefined;
  return nodes.map((node) => (isSilent(node) ? silentNode(node, only) : announcedNode(node)));
}

function isSilent({ modelVersion }: KnownNode): boolean {
  return modelVersion === null;
}

function announcedNode({ url, capacity, inFlight, queued, modelVersion, draining }: KnownNode): PoolNode {
  return {
    ...{ url, capacity, in_flight: inFlight, model_version: modelVersion, draining },
    ...(queued !== null && { queued }),
    healthy: isHealthy(url),
  };
}

function silentNode({ url }: KnownNode, said: NodeState | undefined): PoolNode {
  return {
    url,
    ...(said && { capacity: said.capacity, queued: said.queued }),
    in_flight: said?.in_flight ?? healthOf(url).inFlight(Date.now()),
    model_version: said?.model_version ?? null,
    draining: said?.draining ?? false,
    healthy: isHealthy(url),
  };
}

/** One that is busy is healthy; one whose rest is over, and that nobody has looked at yet, is not known to be. */
function isHealthy(url: string): boolean {
  const state = healthOf(url).state(Date.now());
  return state === 'free' || state === 'busy';
}
