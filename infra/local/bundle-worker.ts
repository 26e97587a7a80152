/** The Worker as one module, as `wrangler deploy` would upload it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './settings.ts';

export const WORKER_CONFIG = join(ROOT, 'edge', 'wrangler.jsonc');

const WRANGLER = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
const TIMEOUT_MS = 60_000;
const ENVIRONMENT = { CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_WRITE_LOGS: 'false', WRANGLER_LOG: 'error' };

let bundle: Promise<string> | undefined;

/** Made once a process. @throws Error with wrangler's words */
export function bundleWorker(): Promise<string> {
  bundle ??= runWrangler().catch((error) => {
    bundle = undefined;
    throw error;
  });
  return bundle;
}

/** As a process of its own: in this one it would answer to signals by itself. */
async function runWrangler(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-ocr-worker-'));
  try {
    const args = [WRANGLER, 'deploy', '--dry-run', '--config', WORKER_CONFIG, '--env', '', '--outdir', folder];
    await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS, env: { ...process.env, ...ENVIRONMENT } });
    return await readFile(join(folder, 'worker.js'), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
