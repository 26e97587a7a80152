import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { OutputFormat } from './formats.ts';
import type { Output } from './output.ts';

/**
 * One file for each image, named after it: `a/photo.jpg` gives `OUT/a/photo.jpg.json`. It appears whole or not at all.
 * Images of one name from different places become `photo.jpg.json` and `photo.jpg-2.json`.
 */
export async function openFolderOutput(folder: string, format: OutputFormat): Promise<Output> {
  await mkdir(folder, { recursive: true });
  const root = resolve(folder);
  const owners = new Map<string, string>();
  return {
    async write(file, scanned) {
      if (!scanned.result) return;
      const target = join(root, nameFor(file.name, resolve(file.path), owners) + format.ending);
      await mkdir(dirname(target), { recursive: true });
      await replaceWith(target, format.head + format.write(scanned));
    },
    close: async () => undefined,
  };
}

function nameFor(name: string, path: string, owners: Map<string, string>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    const owner = owners.get(candidate) ?? path;
    if (owner !== path) continue;
    owners.set(candidate, path);
    return candidate;
  }
}

async function replaceWith(target: string, content: string): Promise<void> {
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
