import { healthOf } from './node-health.ts';
import type { KnownNode } from './registry.ts';

/**
 * Two at random, and of these the one with less to do: nearly as even as asking the idlest, without sending every
 * isolate to the same one. Nodes that are going, busy or set aside are asked when there are no others.
 * @param tried addresses that are not to be asked again.
 * @param random as Math.random.
 * @returns null when there is none.
 */
export function chooseNode(
  nodes: readonly KnownNode[],
  tried: readonly string[],
  random: () => number = Math.random,
): KnownNode | null {
  const now = Date.now();
  const choices = nodes.filter(({ url }) => !tried.includes(url));
  const best = Math.min(...choices.map((node) => reluctance(node, now)));
  const equal = choices.filter((node) => reluctance(node, now) === best);
  if (equal.length === 0) return null;
  const first = Math.floor(random() * equal.length);
  // Another than the first, each as likely.
  const second = (first + 1 + Math.floor(random() * (equal.length - 1))) % equal.length;
  const [a, b] = [equal[first]!, equal[second]!];
  return load(b, now) < load(a, now) ? b : a;
}

function reluctance(node: KnownNode, now: number): number {
  const state = healthOf(node.url).state(now);
  if (state === 'resting' || state === 'due') return 3;
  if (node.draining) return 2;
  return state === 'busy' ? 1 : 0;
}

/** Share of the node's places that are taken: as it last said, and what this isolate has there now. */
function load(node: KnownNode, now: number): number {
  return (node.inFlight + healthOf(node.url).inFlight(now)) / node.capacity;
}
