import { ApiError } from '@edge-ocr/shared/client/ocr-client';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { failureOf, shareDone, stateOf, wordsFor } from './scan-state.ts';

const jobId = '0199a000-0000-7000-8000-000000000001';

describe('how far a file is', () => {
  it('follows its job', () => {
    expect(stateOf({ jobId, status: 'queued', progress: 0, queuePosition: 2 })).toEqual({ step: 'queued', ahead: 2 });
    const reading = stateOf({ jobId, status: 'processing', progress: 60, step: 'recognise' })!;
    expect(wordsFor(reading)).toBe('Reading text');
    expect(shareDone(reading)).toBeCloseTo(0.8);
    expect(stateOf({ jobId, status: 'completed', progress: 100 })).toBeUndefined();
  });

  it('is said in words', () => {
    expect(wordsFor({ step: 'sending', loaded: 51_200, total: 204_800 })).toBe('Sending, 50 of 200 KB');
    expect(wordsFor({ step: 'queued', ahead: 3 })).toBe('In the queue, 3 ahead');
    const result = { needs_review: true, fields: {} } as OcrResult;
    expect(wordsFor({ step: 'done', result })).toBe('Read, please check');
    expect(wordsFor({ step: 'done', result: { ...result, corrections: {} } })).toBe('Read, and settled by you');
  });

  it('never goes back', () => {
    const shares = [
      shareDone({ step: 'waiting' }),
      shareDone({ step: 'sending', loaded: 0, total: 0 }),
      shareDone({ step: 'sending', loaded: 10, total: 10 }),
      shareDone({ step: 'queued', ahead: 0 }),
      shareDone({ step: 'reading', percent: 0, doing: '' }),
      shareDone({ step: 'reading', percent: 100, doing: '' }),
    ];
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });
});

describe('what goes wrong', () => {
  const busy = new ApiError(
    {
      code: 'OVERLOADED',
      message: 'The service is busy',
      details: { suggestion: 'Try later.', retryable: true, request_id: 'r' },
    },
    503,
  );

  it('is told with what to do', () => {
    expect(failureOf(busy)).toEqual({
      step: 'failed',
      message: 'The service is busy',
      suggestion: 'Try later.',
      retryable: true,
    });
  });
});
