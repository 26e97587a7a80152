import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { multipliesBytes } from './byte-products.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-ocr-cpuinfo-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function cpuinfo(flags: string): Promise<string> {
  const file = join(folder, 'cpuinfo');
  await writeFile(
    file,
    `processor\t: 0\nmodel name\t: avx512_vnni in name only\nflags\t\t: ${flags}\nbugs\t\t: none\n`,
  );
  return file;
}

test('8-bit networks need VNNI, in either form', async () => {
  expect(multipliesBytes(await cpuinfo('fpu avx2 avx512f avx512_vnni sha_ni'), 'x64')).toBe(true);
  expect(multipliesBytes(await cpuinfo('fpu avx2 avx_vnni'), 'x64')).toBe(true);
  expect(multipliesBytes(await cpuinfo('fpu avx2 avx512f'), 'x64')).toBe(false);
});

test('not on other processors, nor where nothing is known', async () => {
  expect(multipliesBytes(await cpuinfo('avx_vnni'), 'arm64')).toBe(false);
  expect(multipliesBytes(join(folder, 'missing'), 'x64')).toBe(false);
});
