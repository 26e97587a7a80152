/** How busy the processors are, to tell whether they are what a load measures. */
import { cpus } from 'node:os';

interface Reading {
  readonly at: number;
  readonly busyMs: number;
  readonly ownMs: number;
  readonly nodesSeconds: number;
}

export interface ProcessorUse {
  /** Of all cores, by everything on the machine: 1 is every core busy all the time. */
  readonly machine: number;
  /** Cores that this process uses: the generator, and wrangler's proxy before the edge. */
  readonly generator_cores: number;
  /** Cores that all nodes use together. */
  readonly nodes_cores: number;
}

/** @returns ends the measurement. */
export async function measureProcessors(nodeUrls: readonly string[]): Promise<() => Promise<ProcessorUse>> {
  const before = await read(nodeUrls);
  return async () => {
    const after = await read(nodeUrls);
    const milliseconds = after.at - before.at;
    const share = (used: number) => Math.round((used / milliseconds) * 100) / 100;
    return {
      machine: share((after.busyMs - before.busyMs) / cpus().length),
      generator_cores: share(after.ownMs - before.ownMs),
      nodes_cores: share(1000 * (after.nodesSeconds - before.nodesSeconds)),
    };
  };
}

async function read(nodeUrls: readonly string[]): Promise<Reading> {
  const seconds = await Promise.all(nodeUrls.map((url) => nodeMetric(url, 'process_cpu_seconds_total')));
  const busy = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    busyMs: sum(busy),
    ownMs: (user + system) / 1000,
    nodesSeconds: sum(seconds),
  };
}

/** A figure without labels, as the node tells Prometheus. @throws Error when there is none. */
export async function nodeMetric(nodeUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${nodeUrl}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  if (!line) throw new Error(`The node tells no ${name}`);
  return Number(line.slice(name.length + 1));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
