import type { Stats } from 'node:fs';
import { relative, resolve } from 'node:path';
import { watch } from 'chokidar';
import { inputIn, isHidden, isReadable } from './find-files.ts';
import type { InputFile } from './scanned.ts';

/** A file is complete when its size has stayed the same for so long: scanners and copies write in pieces. */
const STABLE_MS = 500;
const POLL_MS = 100;

export interface Watching {
  close(): Promise<void>;
}

export interface WatchOptions {
  /** Tells what this command writes itself. */
  readonly isOwn: (path: string) => boolean;
  /** What is there first, by name; then what comes, and again what changes. */
  readonly onFile: (file: InputFile) => void;
  readonly onGone: (path: string) => void;
  /** The watch is lost, such as for want of inotify watches. */
  readonly onError: (error: Error) => void;
}

/** Watches the images and PDFs in a folder and below. */
export function watchFolder(folder: string, { isOwn, onFile, onGone, onError }: WatchOptions): Watching {
  const root = resolve(folder);
  const isIgnored = (path: string, stats?: Stats) => {
    const name = relative(root, path);
    if (name === '') return false;
    return isHidden(name) || isOwn(path) || (stats?.isFile() === true && !isReadable(name));
  };
  const watcher = watch(root, {
    ignored: isIgnored,
    followSymlinks: false,
    awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: POLL_MS },
  });
  const input = (path: string) => inputIn(folder, root, path);
  let early: string[] | null = [];
  const found = (path: string) => (early ? early.push(path) : onFile(input(path)));
  watcher
    .on('add', found)
    .on('change', found)
    .on('unlink', (path) => onGone(input(path).path))
    .on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))))
    .on('ready', () => {
      const first = early ?? [];
      early = null;
      for (const path of first.sort()) onFile(input(path));
    });
  return { close: () => watcher.close() };
}
