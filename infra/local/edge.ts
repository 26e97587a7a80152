/** The edge on this machine: the Worker in workerd, with its web client. */
import { join } from 'node:path';
import { buildWebClientIfStale } from '../web/web-client.ts';
import { ROOT } from './settings.ts';
import { type RunningWorkerd, startWorkerd, variableNames } from './workerd.ts';

const CONFIG = join(ROOT, 'edge', 'wrangler.jsonc');

export interface EdgeOptions {
  readonly port: number;
  readonly nodeUrl: string;
  readonly dataDir: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Variables of the Worker that differ from edge/wrangler.jsonc. */
  readonly vars: Readonly<Record<string, string>>;
  /** Of the Worker's own lines. */
  readonly logLevel: 'error' | 'none';
}

export type RunningEdge = RunningWorkerd;

/** Bindings, R2 and the cache live under `dataDir`. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  await buildWebClientIfStale();
  const { port, nodeUrl, dataDir, secrets, vars, logLevel } = options;
  const variables = { NODE_URLS: nodeUrl, ...vars, ...secrets };
  return await startWorkerd({ config: CONFIG, variables, port, persist: join(dataDir, 'edge', 'v3'), logLevel });
}

/** Names of the edge's variables, without its secrets. */
export const edgeVariables = (): Promise<string[]> => variableNames(CONFIG);
