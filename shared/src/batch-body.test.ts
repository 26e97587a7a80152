import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchBodyBytes, decodeBatch, encodeBatch } from './batch-body.ts';

test('images come back as they went in, empty ones too', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 10 }), (images) => {
      const body = encodeBatch(images);
      expect(body.byteLength).toBe(batchBodyBytes(images));
      expect(decodeBatch(body, 10).map((image) => [...image])).toEqual(images.map((image) => [...image]));
    }),
  );
});

test('a body within a larger buffer is read from where it begins', () => {
  const body = encodeBatch([new Uint8Array([1, 2, 3])]);
  const larger = new Uint8Array([9, 9, ...body, 9]);
  expect(decodeBatch(larger.subarray(2, 2 + body.byteLength), 1)).toEqual([new Uint8Array([1, 2, 3])]);
});

test.each([
  ['nothing', []],
  ['half a length', [0, 0]],
  ['a length without its bytes', [0, 0, 0, 2, 7]],
  ['the largest length', [255, 255, 255, 255, 7]],
  ['bytes behind the last image', [0, 0, 0, 1, 7, 0]],
  ['too many', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
])('%s is INVALID_REQUEST', (_, bytes) => {
  expect(() => decodeBatch(Uint8Array.from(bytes), 2)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});
