import type { EventMessage } from '@edge-ocr/shared/contract/events';
import type { Receipt, ReceiptStatus } from '@edge-ocr/shared/contract/receipts';

/** progress: percent, while it is processed. */
export type ShownReceipt = Receipt & { readonly progress?: number };
export type Counts = Readonly<Record<ReceiptStatus, number>>;

export interface Shown {
  readonly receipts: readonly ShownReceipt[];
  readonly counts: Counts | null;
}

/** Receipts and counts after a live event. One of a job that none of these receipts has changes nothing. */
export function applyEvent(shown: Shown, message: EventMessage): Shown {
  if (!('job_id' in message)) return shown;
  const before = shown.receipts.find(({ job_id }) => job_id === message.job_id);
  if (before === undefined) return shown;
  const after = changedBy(before, message);
  return {
    receipts: shown.receipts.map((receipt) => (receipt === before ? after : receipt)),
    counts: shown.counts && moved(shown.counts, before.ocr_status, after.ocr_status),
  };
}

function changedBy(receipt: ShownReceipt, message: Extract<EventMessage, { job_id: string }>): ShownReceipt {
  const { result, error, progress, ...rest } = receipt;
  switch (message.event) {
    case 'job_queued':
      return { ...rest, ocr_status: 'pending' };
    case 'job_started':
    case 'job_progress':
      return { ...rest, ocr_status: 'processing', progress: message.progress };
    case 'job_completed':
      return { ...rest, ocr_status: 'completed', ...(message.result && { result: message.result }) };
    case 'job_failed':
      return { ...rest, ocr_status: 'failed', error: message.error };
    case 'job_cancelled':
      return { ...rest, ocr_status: 'pending', job_id: null };
  }
}

/** The counts when one receipt goes from a status to another. */
function moved(counts: Counts, from: ReceiptStatus, to: ReceiptStatus): Counts {
  if (from === to) return counts;
  return { ...counts, [from]: Math.max(0, counts[from] - 1), [to]: counts[to] + 1 };
}
