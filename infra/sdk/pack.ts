/** `npm run -s sdk -- [FOLDER]`: packs the client library into FOLDER (by default .data) and prints the file's path. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { localSettings } from '../local/settings.ts';
import { buildSdk } from './build.ts';

const destination = resolve(process.argv[2] ?? localSettings(process.env).DATA_DIR);
const temporary = await mkdtemp(join(tmpdir(), 'edge-ocr-sdk-'));
try {
  const folder = join(temporary, 'package');
  await buildSdk(folder);
  await mkdir(destination, { recursive: true });
  const { stdout } = await promisify(execFile)('npm', ['pack', folder, '--pack-destination', destination, '--silent']);
  console.log(join(destination, stdout.trim()));
} finally {
  await rm(temporary, { recursive: true, force: true });
}
