import type { EventMessage } from '@edge-ocr/shared/contract/events';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { expect, test } from 'vitest';
import { applyEvent, type Shown, type ShownReceipt } from './apply-event.ts';

const receipt = (id: string, given: Partial<ShownReceipt> = {}): ShownReceipt => ({
  id,
  ocr_status: 'pending',
  purchase_date: null,
  image_sha256: '',
  job_id: `job-${id}`,
  attempts: 1,
  created_at: '',
  updated_at: '',
  ...given,
});
const counts = { pending: 2, processing: 0, completed: 0, failed: 0 };
const shown: Shown = { receipts: [receipt('a'), receipt('b')], counts };
const message = (given: object) => ({ id: '1-1', job_id: 'job-b', ...given }) as EventMessage;
const details = { suggestion: 's', retryable: false, request_id: 'r' };

test('a receipt goes from pending over processing to completed, and the counts with it', () => {
  const started = applyEvent(shown, message({ event: 'job_started', progress: 5 }));
  expect(started.receipts[1]).toMatchObject({ ocr_status: 'processing', progress: 5 });
  expect(started.counts).toEqual({ ...counts, pending: 1, processing: 1 });

  const further = applyEvent(started, message({ event: 'job_progress', progress: 60, current_step: 'detect' }));
  expect(further.receipts[1]).toMatchObject({ progress: 60 });
  expect(further.counts).toBe(started.counts);

  const result = { id: 'result' } as OcrResult;
  const done = applyEvent(further, message({ event: 'job_completed', result }));
  expect(done.receipts[1]).toMatchObject({ ocr_status: 'completed', result });
  expect(done.receipts[1]).not.toHaveProperty('progress');
  expect(done.counts).toEqual({ ...counts, pending: 1, completed: 1 });
  expect(done.receipts[0]).toBe(shown.receipts[0]);
});

test('a failure brings its error, and a new try takes it away', () => {
  const error = { code: 'LOW_QUALITY', message: 'm', details };
  const failed = applyEvent(shown, message({ event: 'job_failed', error }));
  expect(failed.receipts[1]).toMatchObject({ ocr_status: 'failed', error });
  const again = applyEvent(failed, message({ event: 'job_queued', queue_position: 0 }));
  expect(again.receipts[1]).not.toHaveProperty('error');
  expect(again.counts).toEqual(counts);
});

test('a cancelled job leaves its receipt pending, queued by nobody', () => {
  const { receipts } = applyEvent(shown, message({ event: 'job_cancelled' }));
  expect(receipts[1]).toMatchObject({ ocr_status: 'pending', job_id: null });
});

test('events of other jobs and of the stream itself change nothing', () => {
  for (const other of [
    { event: 'job_cancelled', job_id: 'x' },
    { event: 'reset', job_id: undefined },
  ]) {
    expect(applyEvent(shown, message(other)).receipts).toEqual(shown.receipts);
  }
  expect(applyEvent(shown, { event: 'position', id: '1-1' })).toBe(shown);
});

test('counts that are not known yet stay so, and none goes below nothing', () => {
  const event = message({ event: 'job_started', progress: 0 });
  expect(applyEvent({ ...shown, counts: null }, event).counts).toBeNull();
  expect(applyEvent({ ...shown, counts: { ...counts, pending: 0 } }, event).counts?.pending).toBe(0);
});
