import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, expect, test } from 'vitest';
import type { Deadline } from '../deadline.ts';
import type { AdoptedJob } from '../jobs/job-queue.ts';
import { exampleResult } from '../persist/result.fixture.ts';
import type { PersistResult } from '../process-document.ts';
import { readInTime, type TimedReading } from './read-in-time.ts';

const result = exampleResult();
let time: AbortController;
let done: string[];
let finish: PromiseWithResolvers<void>;
beforeEach(() => {
  time = new AbortController();
  done = [];
  finish = Promise.withResolvers();
});

const adopted: AdoptedJob = {
  accepted: {
    job_id: result.id,
    status: 'processing',
    queue_position: 0,
    estimated_time_seconds: 1,
    progress_percentage: 0,
  },
  complete: async (unsaved) => {
    done.push('completed as a job');
    return unsaved;
  },
  fail: async (error) => void done.push(`failed as a job: ${error.code}`),
};

/** A reading that ends when the test says, or when it is aborted. */
async function untilFinished(signal: AbortSignal, persist: PersistResult): Promise<OcrResult> {
  await new Promise<void>((resolve, reject) => {
    finish.promise.then(resolve, reject);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return await persist(result, null);
}

function start(overrides: Partial<TimedReading> = {}, abandoned = false) {
  const deadline: Deadline = { signal: time.signal, abandoned, clear() {} };
  return readInTime({
    deadline,
    jobId: result.id,
    read: untilFinished,
    save: async (unsaved) => {
      done.push('saved');
      return unsaved;
    },
    handOver: async () => adopted,
    isKnown: async () => false,
    log: { warn() {} },
    ...overrides,
  });
}

test('in time the result is saved, and no job is made of it', async () => {
  const reading = start();
  finish.resolve();
  expect(await reading.answer).toEqual(result);
  expect(await reading.ended).toEqual({ result });
  expect([done, reading.goesOn]).toEqual([['saved'], false]);
});

test('past the deadline the same work goes on as a job, whose id the client is told', async () => {
  const reading = start();
  time.abort(new OcrError('TIMEOUT'));
  await expect(reading.answer).rejects.toMatchObject({ code: 'TIMEOUT', details: { job_id: result.id } });
  expect(reading.goesOn).toBe(true);
  finish.resolve();
  expect(await reading.ended).toEqual({ result });
  expect(done).toEqual(['completed as a job']);
});

test('work that fails later is the job’s failure', async () => {
  const reading = start();
  time.abort(new OcrError('TIMEOUT'));
  await expect(reading.answer).rejects.toMatchObject({ code: 'TIMEOUT' });
  finish.reject(new OcrError('MODEL_ERROR'));
  expect(await reading.ended).toMatchObject({ error: { code: 'MODEL_ERROR' } });
  expect(done).toEqual(['failed as a job: MODEL_ERROR']);
});

test('where no job can be made of it the work is aborted, and no id is told', async () => {
  const handOver = async () => {
    throw new OcrError('NETWORK_ERROR');
  };
  const reading = start({ handOver });
  time.abort(new OcrError('TIMEOUT'));
  await expect(reading.answer).rejects.toMatchObject({ code: 'TIMEOUT', details: {} });
  expect(await reading.ended).toMatchObject({ error: { code: 'TIMEOUT' } });
  expect([done, reading.goesOn]).toEqual([[], false]);
});

test('what another node has under this id already is pointed to, and not done twice', async () => {
  const reading = start({ handOver: async () => null, isKnown: async () => true });
  time.abort(new OcrError('TIMEOUT'));
  await expect(reading.answer).rejects.toMatchObject({ details: { job_id: result.id } });
  expect(await reading.ended).toMatchObject({ error: { code: 'TIMEOUT' } });
});

test('when the client has gone the work ends with it', async () => {
  const reading = start({}, true);
  time.abort(new OcrError('TIMEOUT', { message: 'The client has gone' }));
  await expect(reading.answer).rejects.toThrow('The client has gone');
  expect([done, reading.goesOn]).toEqual([[], false]);
});
