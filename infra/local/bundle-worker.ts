/** A Worker as one module, as `wrangler deploy` would upload it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './settings.ts';

const WRANGLER = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
const TIMEOUT_MS = 60_000;
const ENVIRONMENT = { CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_WRITE_LOGS: 'false', WRANGLER_LOG: 'error' };

const bundles = new Map<string, Promise<string>>();

/** @param config path of a wrangler.jsonc; bundled once a process. @throws Error with wrangler's words */
export function bundleWorker(config: string): Promise<string> {
  let bundle = bundles.get(config);
  if (!bundle) {
    bundle = runWrangler(config);
    bundles.set(config, bundle);
    bundle.catch(() => bundles.delete(config));
  }
  return bundle;
}

/** As a process of its own: in this one it would answer to signals by itself. */
async function runWrangler(config: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-ocr-worker-'));
  try {
    const args = [WRANGLER, 'deploy', '--dry-run', '--config', config, '--env', '', '--outdir', folder];
    await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS, env: { ...process.env, ...ENVIRONMENT } });
    const module = (await readdir(folder)).find((name) => name.endsWith('.js'))!;
    return await readFile(join(folder, module), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
