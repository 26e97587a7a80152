import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface FileDigest {
  readonly size: number;
  readonly sha256: string;
  /** As git names contents: SHA-1 of "blob SIZE\0" and the bytes. */
  readonly gitBlob: string;
}

/** @throws ENOENT and the like. */
export async function digestFile(file: string): Promise<FileDigest> {
  const { size } = await stat(file);
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1').update(`blob ${size}\0`);
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    sha256.update(piece);
    sha1.update(piece);
  }
  return { size, sha256: sha256.digest('hex'), gitBlob: sha1.digest('hex') };
}
