import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

type Output = Rolldown.OutputAsset | Rolldown.OutputChunk;

const SERVICE_WORKER = 'service-worker.js';
/** The client's page, and what its entry is called in vite.config.ts. */
const PAGE = 'index.html';
const ENTRY = 'main';
const PLACEHOLDER = '__SHELL__';
/** In the public folder, but not for browsers. */
const NOT_SERVED = new Set(['_headers']);

/** Tells the service worker which files the client was built into, so that it can keep them all. */
export function serviceWorkerFiles(publicFolder: string): Plugin {
  return {
    name: 'service-worker-files',
    apply: 'build',
    // After Vite has written index.html, whose text is part of the version.
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const worker = bundle[SERVICE_WORKER];
      if (worker?.type !== 'chunk') throw new Error(`${SERVICE_WORKER} is not among what was built`);
      const built = filesOf(bundle, ENTRY);
      const served = (await readdir(publicFolder)).filter((name) => !NOT_SERVED.has(name)).sort();
      const hash = createHash('sha256').update(worker.code).update(sourceOf(bundle[PAGE]));
      for (const name of built) hash.update(name).update(sourceOf(bundle[name]));
      for (const name of served) hash.update(name).update(await readFile(join(publicFolder, name)));
      const files = ['/', ...[...built, ...served].map((name) => `/${name}`)];
      const shell = { version: hash.digest('hex').slice(0, 16), files };
      worker.code = worker.code.replaceAll(PLACEHOLDER, () => JSON.stringify(shell));
    },
  };
}

/** The scripts, styles and other files that this entry may come to load; those of other pages are not needed offline. */
function filesOf(bundle: Rolldown.OutputBundle, entryName: string): string[] {
  const isEntry = (output: Output) => output.type === 'chunk' && output.isEntry && output.name === entryName;
  const entry = Object.values(bundle).find(isEntry);
  if (!entry) throw new Error(`There is no entry ${entryName}`);
  const found = new Set<string>();
  const left = [entry.fileName];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const output = bundle[name];
    if (output?.type !== 'chunk') continue;
    const { importedCss = [], importedAssets = [] } = output.viteMetadata ?? {};
    left.push(...output.imports, ...output.dynamicImports, ...importedCss, ...importedAssets);
  }
  return [...found].sort();
}

function sourceOf(output: Output | undefined): string | Uint8Array {
  if (!output) throw new Error('A file that the page loads was not built');
  return output.type === 'chunk' ? output.code : output.source;
}
