import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { InputFile } from './scanned.ts';

/** Endings of what can be read. In folders there is other data too; a file that is named is read whatever it is called. */
const ENDINGS = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|heic|heif|tiff?|pdf)$/i;

/** Whether a file in a folder is to be read. Hidden ones are not: a Mac's `._photo.jpg` is no photo. */
export function isReadable(pathInFolder: string): boolean {
  return ENDINGS.test(pathInFolder) && !isHidden(pathInFolder);
}

export function isHidden(pathInFolder: string): boolean {
  return pathInFolder.split(sep).some((part) => part.startsWith('.'));
}

/**
 * The files as given, and those of folders, recursively and by name. Links to folders are not followed.
 * @param isOwn tells what this command writes itself.
 * @throws Error when a folder cannot be listed.
 */
export async function findFiles(paths: readonly string[], isOwn: (path: string) => boolean): Promise<InputFile[]> {
  const found: InputFile[] = [];
  for (const path of paths) {
    if (await isKind(path, 'folder')) found.push(...(await filesIn(path, isOwn)));
    else found.push({ path, name: basename(path) });
  }
  return found;
}

async function filesIn(folder: string, isOwn: (path: string) => boolean): Promise<InputFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter(isReadable).sort();
  const files = names.map((name) => ({ path: join(folder, name), name }));
  const kept = await Promise.all(files.map(async ({ path }) => !isOwn(path) && (await isKind(path, 'file'))));
  return files.filter((_, i) => kept[i]);
}

/** What a path under a folder is called in the output. */
export function inputIn(folder: string, root: string, path: string): InputFile {
  const name = relative(root, path);
  return { path: join(folder, name), name };
}

async function isKind(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return (kind === 'file' ? found?.isFile() : found?.isDirectory()) ?? false;
}
