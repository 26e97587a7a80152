import { expect, test } from 'vitest';
import { OcrError } from '../errors.ts';
import { decodeEntry, encodeEntry, isRepeatable, resultAnswer, successEnvelopeText } from './answer.ts';

const nasty = { text: '"cache":"miss" \\ \u2028 ü }}}', cache: 'hit', lines: [{ text: '"cache":"miss"' }] };

test('a result comes back as it went in, until it expires', () => {
  const answer = resultAnswer(nasty);
  if (!isRepeatable(answer)) throw new Error('a result is repeatable');
  const text = encodeEntry(answer, 1000);
  expect(JSON.parse(text).answer.data).toEqual({ ...nasty, cache: 'miss' });
  expect(decodeEntry(text, 999)).toEqual({ answer, expiresAt: 1000 });
  expect(decodeEntry(text, 1000)).toBeNull();
});

test('its envelope differs in `cache` alone, whatever the text says', () => {
  const answer = resultAnswer(nasty);
  if (answer.kind !== 'result') throw new Error('no result');
  expect(JSON.parse(successEnvelopeText(answer.json, 'miss'))).toEqual({
    success: true,
    data: { ...nasty, cache: 'miss' },
  });
  expect(JSON.parse(successEnvelopeText(answer.json, 'hit'))).toEqual({
    success: true,
    data: { ...nasty, cache: 'hit' },
  });
});

test('a failure comes back with its code, message, suggestion and details', () => {
  const error = new OcrError('LOW_QUALITY', { message: 'dark', suggestion: 'light', details: { mean: 3 } });
  const entry = decodeEntry(encodeEntry({ kind: 'failure', error }, 1000), 1);
  if (entry?.answer.kind !== 'failure') throw new Error('no failure');
  expect(entry.answer.error).toMatchObject({ code: 'LOW_QUALITY', message: 'dark', suggestion: 'light' });
  expect(entry.answer.error.details).toEqual({ mean: 3 });
});

test.each([
  '',
  'null',
  '{}',
  '{"answer":{"kind":"result"}}',
  '{"expires_at":99,"answer":{"kind":"result","data":7}}',
  '{"expires_at":99,"answer":{"kind":"result","data":{"text":"cut o',
  '{"expires_at":99,"answer":{"kind":"result","data":{"text":"no cache"}}}',
  '{"expires_at":"99","answer":{"kind":"failure","code":"LOW_QUALITY"}}',
  '{"expires_at":99,"answer":{"kind":"failure","code":"NO_SUCH_CODE","message":"","suggestion":"","details":{}}}',
])('%j is no entry', (text) => expect(decodeEntry(text, 1)).toBeNull());
