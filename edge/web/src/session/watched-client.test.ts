import { ApiError, OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { expect, test } from 'vitest';
import { watchedClient } from './watched-client.ts';

function clientAnswering(status: number, code: string) {
  const details = { suggestion: 'Do this.', retryable: false, request_id: 'r' };
  return new OcrClient({
    baseUrl: 'http://edge.test',
    token: 't',
    fetch: async () => Response.json({ success: false, error: { code, message: 'm', details } }, { status }),
  });
}

test('a token that is refused is told, and the caller gets the error all the same', async () => {
  let told = 0;
  const client = watchedClient(clientAnswering(401, 'UNAUTHORIZED'), () => told++);
  await expect(client.results()).rejects.toBeInstanceOf(ApiError);
  expect(told).toBe(1);
});

test('other errors end no session', async () => {
  let told = 0;
  const client = watchedClient(clientAnswering(404, 'NOT_FOUND'), () => told++);
  await expect(client.result('x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(told).toBe(0);
});
