import { describe, expect, it } from 'vitest';
import { chooseNode } from './choose-node.ts';
import { healthOf } from './node-health.ts';
import type { KnownNode } from './registry.ts';

function node(about: Partial<KnownNode> = {}): KnownNode {
  const url = `http://node-${crypto.randomUUID()}.test`;
  return { url, capacity: 10, inFlight: 0, draining: false, modelVersion: 'models-1', queued: 0, ...about };
}

function choices(nodes: readonly KnownNode[], tried: readonly string[] = []): Set<KnownNode | null> {
  return new Set(Array.from({ length: 200 }, () => chooseNode(nodes, tried)));
}

const RULES = { failuresAllowed: 1, restMs: 60_000, restMaxMs: 60_000 };

describe('choosing a node', () => {
  it('takes none where there is none', () => {
    const only = node();
    expect(chooseNode([], [])).toBeNull();
    expect(chooseNode([only], [only.url])).toBeNull();
  });

  it('takes the less loaded of two, by the share of places taken', () => {
    const [small, large] = [node({ capacity: 4, inFlight: 3 }), node({ capacity: 100, inFlight: 20 })];
    expect(choices([small, large])).toEqual(new Set([large]));
  });

  it('never takes the busiest of three, and any other', () => {
    const [a, b, c] = [node({ inFlight: 1 }), node({ inFlight: 2 }), node({ inFlight: 9 })];
    expect(choices([a, b, c])).toEqual(new Set([a, b]));
  });

  it('compares just two, each pair as likely', () => {
    const nodes = [node({ inFlight: 3 }), node({ inFlight: 2 }), node({ inFlight: 1 })];
    const dice = (...numbers: number[]) => {
      const rest = [...numbers];
      return () => rest.shift()!;
    };
    expect(chooseNode(nodes, [], dice(0, 0))).toBe(nodes[1]);
    expect(chooseNode(nodes, [], dice(0, 0.99))).toBe(nodes[2]);
    expect(chooseNode(nodes, [], dice(0.99, 0))).toBe(nodes[2]);
    expect(chooseNode(nodes, [], dice(0.4, 0.99))).toBe(nodes[1]);
  });

  it('counts what this isolate has at a node now', () => {
    const [a, b] = [node({ inFlight: 1 }), node({ inFlight: 2 })];
    const over = [1, 2, 3].map(() => healthOf(a.url).begin(Date.now() + 60_000));
    expect(choices([a, b])).toEqual(new Set([b]));
    for (const end of over) end();
    expect(choices([a, b])).toEqual(new Set([a]));
  });

  it('takes a busy node, then one that is going, then one that was set aside, when nothing better is left', () => {
    const [free, busy, draining, resting] = [node({ inFlight: 9 }), node(), node({ draining: true }), node()];
    healthOf(busy.url).refused(Date.now(), 60_000);
    healthOf(resting.url).failed(Date.now(), RULES);
    const all = [resting, draining, busy, free];
    const order = [free, busy, draining, resting];
    for (let i = 0; i < order.length; i++) {
      const tried = order.slice(0, i).map(({ url }) => url);
      expect(choices(all, tried)).toEqual(new Set([order[i]]));
    }
  });
});
