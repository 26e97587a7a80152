/** A Prometheus of a test's own, with the project's configuration: its intervals alone are shorter. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';

const START_TIMEOUT_MS = 30_000;
export const MONITORING = join(ROOT, 'infra/monitoring');

export interface PrometheusOptions {
  /** Folder of its program. */
  readonly bin: string;
  /** host:port of what it scrapes. */
  readonly targets: readonly string[];
  /** host:port. */
  readonly alertmanager: string;
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

export interface RunningPrometheus {
  /** The values of an expression now, by their labels in JSON. */
  query(expression: string): Promise<{ labels: Readonly<Record<string, string>>; value: number }[]>;
  alerts(): Promise<FiringAlert[]>;
  stop(): Promise<void>;
}

export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  const folder = await temporaryFolder();
  await cp(MONITORING, folder, { recursive: true });
  await quicken(join(folder, 'prometheus.yml'));
  for (const file of await readdir(join(folder, 'rules'))) await quicken(join(folder, 'rules', file));
  await rm(join(folder, 'targets'), { recursive: true });
  await writeTargets(folder, 'targets', options.targets);
  await writeTargets(folder, 'alertmanagers', [options.alertmanager]);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    join(options.bin, 'prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const output: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const exited = once(child, 'exit');
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://${address}${path}`);
    return ((await response.json()) as { data: T }).data;
  };
  await ready(`http://${address}/-/ready`, child, output);
  return {
    async query(expression) {
      const { result } = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
        `/api/v1/query?query=${encodeURIComponent(expression)}`,
      );
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    alerts: async () => (await ask<{ alerts: FiringAlert[] }>('/api/v1/alerts')).alerts,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** It takes Prometheus about 5 seconds to find its targets; meanwhile no alert may fire that none is there. */
const SECONDS_A_MINUTE = 5;

/** Minutes of waiting become seconds, and Prometheus looks every second. */
async function quicken(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text
      .replace(/(scrape_interval|evaluation_interval|scrape_timeout|refresh_interval): \d+s/g, '$1: 1s')
      .replace(/for: (\d+)m/g, (_, minutes: string) => `for: ${SECONDS_A_MINUTE * Number(minutes)}s`),
  );
}

async function writeTargets(folder: string, kind: string, targets: readonly string[]): Promise<void> {
  await mkdir(join(folder, kind), { recursive: true });
  // JSON is YAML.
  await writeFile(join(folder, kind, 'test.yml'), JSON.stringify([{ targets }]));
}

async function ready(url: string, child: ChildProcess, output: readonly string[]): Promise<void> {
  const late = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < late) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`Prometheus did not become ready:\n${output.join('')}`);
}
