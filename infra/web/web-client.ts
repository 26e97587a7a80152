/** The only file that runs vite: the web client that the edge serves. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../local/settings.ts';

const WEB = join(ROOT, 'edge', 'web');
const DIST = join('edge', 'web', 'dist');
/** What the client is made of; the lockfile stands for the libraries in it. */
const FOLDERS = ['edge/web', 'shared/src'];
const LIBRARIES = 'package-lock.json';
/** Hash of the sources that dist was built from; beside it, for what lies in dist is served. */
const STAMP = join(ROOT, `${DIST}-built-from`);

/** Whether it had to be built. Builds begun at once by several processes end in the same files. */
export async function buildWebClientIfStale(): Promise<boolean> {
  const hash = await hashOfSources();
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === hash) return false;
  await rm(STAMP, { force: true });
  await runVite();
  await writeFile(STAMP, hash);
  return true;
}

/** As a process of its own: vitest's NODE_ENV would make it a build for development. */
async function runVite(): Promise<void> {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', join(WEB, 'vite.config.ts'), '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' } });
}

async function hashOfSources(): Promise<string> {
  const inFolders = await Promise.all(FOLDERS.map(filesIn));
  const hash = createHash('sha256');
  for (const file of [...inFolders.flat(), LIBRARIES].sort()) {
    hash
      .update(`${file}\0`)
      .update(await readFile(join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  return files.filter((file) => !file.startsWith(DIST) && !file.endsWith('.test.ts'));
}
