import { expect, it } from 'vitest';
import { FILE_MAX_BYTES, refusalOf } from './accept.ts';

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]);

it('lets images and late beginning PDFs through, whatever they are called', async () => {
  expect(await refusalOf(new Blob([JPEG], { type: 'text/plain' }))).toBeNull();
  expect(await refusalOf(new Blob(['\n'.repeat(500), '%PDF-1.7 …']))).toBeNull();
});

it('says what is wrong with a file, and what to do', async () => {
  expect((await refusalOf(new Blob([])))?.message).toBe('The file is empty');
  expect((await refusalOf(new Blob(['just some text'])))?.suggestion).toContain('JPEG');
  const large = await refusalOf(new Blob(['%PDF-1.7 …', new Uint8Array(FILE_MAX_BYTES)]));
  expect(large?.message).toBe('The file has 10.1 MB, and 10 MB are allowed');
});

it('lets photos through that are scaled down before they are sent', async () => {
  expect(await refusalOf(new Blob([JPEG, new Uint8Array(FILE_MAX_BYTES)]))).toBeNull();
});
