import { randomUUID } from 'node:crypto';
import { decodeEntry, resultAnswer } from '@edge-ocr/shared/cache/answer';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { expect, test, vi } from 'vitest';
import { answerSharing } from './share-answers.ts';

const key = { shopId: randomUUID(), sha256: 'ab'.repeat(32), options: parseOcrOptions({ type: 'receipt' }) };

function sharing(set = vi.fn(async () => 'OK' as const)) {
  const onError = vi.fn();
  const options = { modelVersion: 'models/1', resultSeconds: 3600, failureSeconds: 300, onError };
  return { set, onError, ...answerSharing({ set } as never, options) };
}

test('a result is put under the edge’s own key, for its time', async () => {
  const { share, set } = sharing();
  await share(key, () => resultAnswer({ text: 'TOTAL' }));
  const [path, text, life] = set.mock.calls[0] as unknown as [string, string, object];
  expect(path).toBe(`edge-ocr:answer/1/${key.shopId}/${key.sha256}/receipt%3A0.8000%3Acodes%3Aen/models%2F1`);
  expect(decodeEntry(text, Date.now())?.answer).toEqual({
    kind: 'result',
    json: '{"text":"TOTAL","cache":"miss"}',
  });
  expect(decodeEntry(text, Date.now() + 3_600_001)).toBeNull();
  expect(life).toEqual({ ex: 3600 });
});

test('of failures only those that would repeat are shared, for less long', async () => {
  const { share, set } = sharing();
  await share(key, () => ({ kind: 'failure', error: new OcrError('MODEL_ERROR') }));
  await share(key, () => ({ kind: 'failure', error: new OcrError('TIMEOUT') }));
  expect(set).not.toHaveBeenCalled();
  await share(key, () => ({ kind: 'failure', error: new OcrError('LOW_QUALITY') }));
  expect((set.mock.calls[0] as unknown[])[2]).toEqual({ ex: 300 });
});

test('an answer that is too large for Redis is not sent', async () => {
  const { share, set } = sharing();
  await share(key, () => resultAnswer({ text: 'x'.repeat(600_000) }));
  expect(set).not.toHaveBeenCalled();
});

test('a Redis that is away costs one try, not one an answer', async () => {
  const { share, set, onError } = sharing(
    vi.fn(async () => {
      throw new Error('away');
    }),
  );
  await share(key, () => resultAnswer({}));
  await share(key, () => resultAnswer({}));
  expect(set).toHaveBeenCalledTimes(1);
  expect(onError).toHaveBeenCalledTimes(1);
});

test('without Redis nothing happens', async () => {
  const options = { modelVersion: 'm', resultSeconds: 1, failureSeconds: 1, onError: vi.fn() };
  await answerSharing(null, options).share(key, () => resultAnswer({}));
  expect(options.onError).not.toHaveBeenCalled();
});
