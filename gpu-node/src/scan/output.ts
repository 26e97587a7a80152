import { resolve } from 'node:path';
import type { ScanSettings } from './arguments.ts';
import { openFolderOutput } from './folder-output.ts';
import { outputFormat } from './formats.ts';
import type { InputFile, Scanned } from './scanned.ts';
import { openFileOutput, standardOutput } from './stream-output.ts';

/** Where the results go. */
export interface Output {
  /** @throws Error when it cannot be written. */
  write(file: InputFile, scanned: Scanned): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error when the file or folder cannot be made. */
export async function openOutput({ format, out }: Pick<ScanSettings, 'format' | 'out'>): Promise<Output> {
  if (out === null) return standardOutput(outputFormat(format));
  return await (out.isFolder ? openFolderOutput : openFileOutput)(out.path, outputFormat(format));
}

/** Tells which files this command writes itself. In a folder it makes none whose ending is one that is read. */
export function ownPaths(out: ScanSettings['out']): (path: string) => boolean {
  if (out === null || out.isFolder) return () => false;
  const own = resolve(out.path);
  return (path) => resolve(path) === own;
}
