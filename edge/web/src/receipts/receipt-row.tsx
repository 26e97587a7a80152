import type { ReceiptStatus } from '@edge-ocr/shared/contract/receipts';
import { useState } from 'preact/hooks';
import { type Failure, failureOf, failureText } from '../design/failure.ts';
import { dateText, moneyText, timeText } from '../design/format.ts';
import { keyFactsOf } from '../history/key-facts.ts';
import { Thumbnail } from '../history/thumbnail.tsx';
import { client } from '../session/session.ts';
import type { ShownReceipt } from './apply-event.ts';
import { showReceipt } from './receipts-list.ts';

const TONES: Readonly<Record<ReceiptStatus, string>> = {
  pending: '',
  processing: 'busy',
  completed: 'good',
  failed: 'bad',
};

export function ReceiptRow({ receipt }: { receipt: ShownReceipt }) {
  const { result, error, ocr_status, progress } = receipt;
  const facts = result && keyFactsOf(result);
  const date = facts?.date ?? receipt.purchase_date;
  return (
    <li class="receipt-row">
      <Thumbnail sha256={receipt.image_sha256} {...(result && { format: result.image.format })} />
      <div class="receipt-facts">
        <strong>{result ? <a href={`/history/${result.id}`}>{facts?.title}</a> : 'Not read yet'}</strong>
        <span class="state-line muted small">
          <span class={`chip ${TONES[ocr_status]}`}>{stateText(receipt)}</span>
          {date ? dateText(date) : timeText(receipt.created_at)}
        </span>
        {ocr_status === 'processing' && (
          <progress {...(progress !== undefined && { value: progress })} max={100} aria-label="Being read" />
        )}
        {error && (
          <span class="receipt-error small">
            {failureText({ message: error.message, suggestion: error.details.suggestion })}
          </span>
        )}
      </div>
      <div class="receipt-end">
        {facts?.amount !== undefined && <strong class="number">{moneyText(facts.amount, facts.currency)}</strong>}
        {result?.needs_review && <span class="chip warn">Check it</span>}
      </div>
      <ReadNow receipt={receipt} />
    </li>
  );
}

function stateText({ ocr_status, job_id }: ShownReceipt): string {
  if (ocr_status === 'pending') return job_id === null ? 'Pending' : 'Queued';
  return { processing: 'Reading', completed: 'Read', failed: 'Failed' }[ocr_status];
}

/** For a receipt that failed, or that nobody has queued. */
function ReadNow({ receipt }: { receipt: ShownReceipt }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asking, setAsking] = useState(false);
  const { ocr_status, job_id, id } = receipt;
  if (ocr_status !== 'failed' && (ocr_status !== 'pending' || job_id !== null)) return null;
  const read = async () => {
    setAsking(true);
    setFailure(null);
    await client.value!.retryReceipt(id).then(showReceipt, (error: unknown) => setFailure(failureOf(error)));
    setAsking(false);
  };
  return (
    <div class="receipt-action">
      <button type="button" disabled={asking} onClick={() => void read()}>
        {ocr_status === 'failed' ? 'Try again' : 'Read now'}
      </button>
      {failure && (
        <span class="receipt-error small" role="alert">
          {failureText(failure)}
        </span>
      )}
    </div>
  );
}
