import { recordJobEvent } from '../events/job-events.ts';
import type { Database } from '../persist/database.ts';
import { timeOfJobId } from '../persist/job-id.ts';
import type { JobData } from './job-data.ts';

const NOTE_PROGRESS = {
  name: 'note-progress',
  text: `UPDATE ocr_processing_jobs SET progress_percentage = $3
         WHERE id = $1 AND created_at = $2 AND status = 'processing' AND progress_percentage < $3`,
};

export interface ProgressNotes {
  readonly note: (fraction: number, nextStep: string) => void;
  /** Resolves when no note is on its way; later ones are left out. */
  stop(): Promise<void>;
}

/** Writes down how far a job is, at most every `intervalMs`: a quick job has none. A note that fails is not missed. */
export function progressNotes(database: Database, { id, shopId }: JobData, intervalMs: number): ProgressNotes {
  let latestAt = Date.now();
  let writing: Promise<void> | undefined;
  let stopped = false;
  const write = async (progress: number, nextStep: string) => {
    await database.transaction(async (tx) => {
      const { rowCount } = await tx.query(NOTE_PROGRESS, [id, timeOfJobId(id), progress]);
      if (rowCount === 0) return;
      const event = { event: 'job_progress', progress, current_step: nextStep } as const;
      await recordJobEvent(tx, { shopId, jobId: id, event });
    });
  };
  return {
    note(fraction, nextStep) {
      if (stopped || writing || Date.now() - latestAt < intervalMs) return;
      latestAt = Date.now();
      writing = write(Math.round(100 * fraction), nextStep)
        .catch(() => {})
        .finally(() => {
          writing = undefined;
        });
    },
    async stop() {
      stopped = true;
      await writing;
    },
  };
}
