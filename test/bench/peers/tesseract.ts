import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MissingPeer, type Peer } from './peer.ts';

const run = promisify(execFile);
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/**
 * Tesseract's command line with its defaults (English). A start is part of its time: that is how it is used.
 * @throws MissingPeer when it is not installed.
 */
export async function openTesseract(): Promise<Peer> {
  return {
    name: 'tesseract',
    version: await tesseractVersion(),
    prepare: async () => {},
    read: async (file, timeout) => {
      const { stdout } = await run('tesseract', [file, 'stdout'], { timeout, maxBuffer: MAX_TEXT_BYTES });
      return stdout;
    },
    close: async () => {},
  };
}

async function tesseractVersion(): Promise<string> {
  try {
    const { stdout } = await run('tesseract', ['--version'], { timeout: 10_000 });
    return /tesseract v?(\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (cause) {
    throw new MissingPeer('tesseract is not on the PATH; Debian: apt-get install tesseract-ocr', { cause });
  }
}
