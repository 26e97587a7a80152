import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heicPath } from '../../../test/fixtures/truth.ts';
import { LIMITS } from '../decode/image-limits.fixture.ts';
import { createHeicPool, type HeicPool } from './heic-pool.ts';

const NEVER = new AbortController().signal;

let pool: HeicPool;
let bytes: Buffer;
beforeAll(async () => {
  pool = createHeicPool(1);
  bytes = await readFile(heicPath('format.heic'));
});
afterAll(() => pool.close());

describe('createHeicPool', () => {
  test('decodes in its thread', async () => {
    expect(await pool.inspect(bytes, LIMITS, NEVER)).toMatchObject({ width: 420, height: 180 });
    const { data, width, height } = await pool.decode(bytes, LIMITS, NEVER);
    expect([width, height, data.length]).toEqual([420, 180, 420 * 180 * 3]);
  });

  test('an OcrError keeps its code across the thread', async () => {
    const refused = pool.inspect(bytes, { ...LIMITS, maxSide: 100 }, NEVER);
    await expect(refused).rejects.toMatchObject({ name: 'OcrError', code: 'IMAGE_TOO_LARGE' });
  });

  test('what takes too long is TIMEOUT, and the next is decoded', async () => {
    const late = pool.decode(bytes, { ...LIMITS, decodeTimeoutSeconds: 0.001 }, NEVER);
    await expect(late).rejects.toMatchObject({ name: 'OcrError', code: 'TIMEOUT' });
    expect(await pool.decode(bytes, LIMITS, NEVER)).toMatchObject({ width: 420 });
  });

  test('a request that is over ends its decoding with its own reason', async () => {
    const controller = new AbortController();
    const decoding = pool.decode(bytes, LIMITS, controller.signal);
    controller.abort(new Error('the client has gone'));
    await expect(decoding).rejects.toThrow('the client has gone');
    expect(await pool.decode(bytes, LIMITS, NEVER)).toMatchObject({ width: 420 });
  });
});
