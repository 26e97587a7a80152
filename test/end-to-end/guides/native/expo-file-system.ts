/** In the place of the phone's files. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export class File {
  readonly uri: string;

  constructor(uri: string) {
    this.uri = uri;
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await readFile(fileURLToPath(this.uri)));
  }
}
