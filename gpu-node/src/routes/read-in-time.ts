/** Reads an image for somebody who waits, and makes a job of the reading when the time is over. */
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import type { Deadline } from '../deadline.ts';
import type { AdoptedJob } from '../jobs/job-queue.ts';
import type { PersistResult } from '../process-document.ts';

export interface TimedReading {
  readonly deadline: Deadline;
  readonly jobId: string;
  read(signal: AbortSignal, persist: PersistResult): Promise<OcrResult>;
  /** Keeps a result that came in time. */
  readonly save: PersistResult;
  /** @returns null when there is a job or a result of this id already. */
  handOver(abort: (reason: Error) => void): Promise<AdoptedJob | null>;
  /** Whether there is a job or a result of this id. */
  isKnown(): Promise<boolean>;
  readonly log: { warn(fields: object, message: string): void };
}

export interface StartedReading {
  /** In time. @throws OcrError, TIMEOUT with `details.job_id` when the reading goes on as a job. */
  readonly answer: Promise<OcrResult>;
  /** When nothing is done any more, in time or later. Never rejects. */
  readonly ended: Promise<{ readonly result: OcrResult } | { readonly error: OcrError }>;
  /** Whether it goes on as a job, here or elsewhere. */
  readonly goesOn: boolean;
}

export function readInTime(reading: TimedReading): StartedReading {
  const { deadline, jobId, log } = reading;
  const work = new AbortController();
  const abort = (reason: Error) => work.abort(reason);
  let handover: Promise<AdoptedJob | null> | undefined;
  let isSaving = false;
  let goesOn = false;
  const persist: PersistResult = async (unsaved, appearance) => {
    const adopted = await handover;
    if (!adopted) {
      isSaving = true;
      return await reading.save(unsaved, appearance);
    }
    const kept = await adopted.complete(unsaved, appearance);
    if (!kept) throw new OcrError('CONFLICT', { message: 'The job was cancelled or taken over' });
    return kept;
  };
  const whole = reading.read(work.signal, persist);
  const ended = whole.then(
    (result) => ({ result }),
    async (thrown) => {
      const error = OcrError.from(thrown);
      const adopted = await handover;
      // A conflict was settled by somebody else.
      if (adopted && error.code !== 'CONFLICT') {
        await adopted.fail(error).catch((err) => log.warn({ err }, 'the failure of a job could not be recorded'));
      }
      return { error };
    },
  );
  const late = (async (): Promise<OcrResult> => {
    await aborted(deadline.signal);
    // What is on its way to the database is as good as done.
    if (isSaving) return await whole;
    if (deadline.abandoned) {
      abort(deadline.signal.reason);
      return await whole;
    }
    handover = reading.handOver(abort).catch((err) => {
      log.warn({ err }, 'no job could be made of a request whose time was over');
      return null;
    });
    const adopted = await handover;
    goesOn = adopted !== null || (await reading.isKnown().catch(() => false));
    if (!adopted) abort(new OcrError('TIMEOUT'));
    throw goesOn ? timeoutOf(jobId) : new OcrError('TIMEOUT');
  })();
  whole.catch(() => {});
  late.catch(() => {});
  return {
    answer: Promise.race([whole, late]).catch((error) => {
      // A reading that fails while it becomes a job is the job's failure.
      if (handover) return late;
      throw error;
    }),
    ended,
    get goesOn() {
      return goesOn;
    },
  };
}

function timeoutOf(jobId: string): OcrError {
  return new OcrError('TIMEOUT', {
    message: 'Processing takes longer than allowed and goes on as a job',
    suggestion: `Ask for the outcome at /api/v1/ocr/jobs/${jobId}.`,
    details: { job_id: jobId },
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
