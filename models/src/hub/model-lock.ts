/** What was fetched: written beside a model's files when they are first fetched, and what they must be from then on. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestFile } from './file-digest.ts';

export const LOCK_FILE = 'lock.json';

const lockSchema = z.strictObject({
  repository: z.string(),
  commit: z.string(),
  fetchedAt: z.iso.datetime(),
  /** By path inside the folder. */
  files: z.record(z.string(), z.strictObject({ size: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
export type ModelLock = z.infer<typeof lockSchema>;

/** @returns null where there is none. @throws Error when it is damaged. */
export async function readLock(folder: string): Promise<ModelLock | null> {
  const file = join(folder, LOCK_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is damaged: remove the folder and fetch the model again`, { cause });
  }
}

/** What is wrong with the files of a folder, a line each; none when all are as recorded. */
export async function checkFiles(folder: string, lock: ModelLock): Promise<string[]> {
  const problems = await Promise.all(
    Object.entries(lock.files).map(async ([path, expected]) => {
      const actual = await digestFile(join(folder, path)).catch(() => null);
      if (!actual) return `${path} is missing`;
      if (actual.sha256 === expected.sha256) return [];
      return `${path} is damaged: SHA-256 ${actual.sha256} (${actual.size} bytes), expected ${expected.sha256} (${expected.size} bytes)`;
    }),
  );
  return problems.flat();
}

/**
 * A short name for the weights in a folder, once its files have been found to be what was recorded. A folder that was not
 * fetched has no record: its name is made of all that is in it.
 * @throws Error that names the files that are missing or damaged.
 */
export async function lockedVersion(folder: string): Promise<string> {
  const lock = await readLock(folder);
  const hash = createHash('sha256');
  if (lock) {
    const problems = await checkFiles(folder, lock);
    if (problems.length > 0)
      throw new Error(`${folder} is not what was fetched; run npm run models -- fetch\n  ${problems.join('\n  ')}`);
    hash.update(JSON.stringify(Object.entries(lock.files).sort(([a], [b]) => (a < b ? -1 : 1))));
  } else {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.sort()) hash.update((await digestFile(path)).sha256);
  }
  return hash.digest('hex').slice(0, 12);
}
