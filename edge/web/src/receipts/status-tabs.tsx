import type { ReceiptStatus } from '@edge-ocr/shared/contract/receipts';
import type { Counts } from './apply-event.ts';

const TABS: readonly { readonly status: ReceiptStatus | null; readonly name: string }[] = [
  { status: null, name: 'All' },
  { status: 'pending', name: 'Pending' },
  { status: 'processing', name: 'Reading' },
  { status: 'completed', name: 'Read' },
  { status: 'failed', name: 'Failed' },
];

/** null: all of them, as for what is no status. */
export function statusNamed(name: string | undefined): ReceiptStatus | null {
  return TABS.find(({ status }) => status === name)?.status ?? null;
}

export function StatusTabs({ current, counts }: { current: ReceiptStatus | null; counts: Counts | null }) {
  return (
    <nav class="status-tabs" aria-label="Receipts by status">
      {TABS.map(({ status, name }) => (
        <a
          key={name}
          href={status ? `/receipts?status=${status}` : '/receipts'}
          aria-current={status === current ? 'page' : undefined}
        >
          <span class="status-count number">{countOf(status, counts) ?? '–'}</span>
          <span class="status-name">{name}</span>
        </a>
      ))}
    </nav>
  );
}

function countOf(status: ReceiptStatus | null, counts: Counts | null): number | null {
  if (counts === null) return null;
  return status ? counts[status] : counts.pending + counts.processing + counts.completed + counts.failed;
}
