import type { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { EventMessage } from '@edge-ocr/shared/contract/events';
import type { Receipt, ReceiptStatus } from '@edge-ocr/shared/contract/receipts';
import { effect, signal } from '@preact/signals';
import { type Failure, failureOf, isAbort } from '../design/failure.ts';
import { person } from '../session/session.ts';
import { applyEvent, type Counts, type ShownReceipt } from './apply-event.ts';

interface ReceiptsList {
  /** The status they were asked for by; null: all. */
  readonly of: ReceiptStatus | null;
  readonly receipts: readonly ShownReceipt[];
  readonly cursor: string | null;
  readonly counts: Counts | null;
  readonly loading: 'first' | 'more' | null;
  readonly failure: Failure | null;
}

const NONE: ReceiptsList = { of: null, receipts: [], cursor: null, counts: null, loading: 'first', failure: null };
const PAGE = 20;

export const list = signal<ReceiptsList>(NONE);

// Nobody sees what was loaded for another.
effect(() => {
  void person.value;
  list.value = NONE;
});

/** Counts and the newest receipts of a status; what was loaded beyond the first page is dropped. */
export async function load(client: OcrClient, of: ReceiptStatus | null, signal?: AbortSignal): Promise<void> {
  const known = list.peek();
  list.value = known.of === of ? { ...known, loading: 'first' } : { ...NONE, of, counts: known.counts };
  const call = signal ? { signal } : {};
  try {
    const query = { limit: PAGE, ...(of && { status: of }) };
    const [counts, page] = await Promise.all([client.receiptsQueueStatus(call), client.receipts(query, call)]);
    show(of, { counts, receipts: page.receipts, cursor: page.next_cursor, loading: null, failure: null });
  } catch (error) {
    if (!isAbort(error)) show(of, { loading: null, failure: failureOf(error) });
  }
}

export async function loadMore(client: OcrClient): Promise<void> {
  const { of, cursor, loading } = list.peek();
  if (cursor === null || loading !== null) return;
  show(of, { loading: 'more' });
  try {
    const page = await client.receipts({ limit: PAGE, cursor, ...(of && { status: of }) });
    show(of, { receipts: [...list.peek().receipts, ...page.receipts], cursor: page.next_cursor, loading: null });
  } catch (error) {
    show(of, { loading: null, failure: failureOf(error) });
  }
}

export async function refreshCounts(client: OcrClient, signal?: AbortSignal): Promise<void> {
  const counts = await client.receiptsQueueStatus(signal ? { signal } : {});
  list.value = { ...list.peek(), counts };
}

export function showEvent(message: EventMessage): void {
  const { receipts, counts } = list.peek();
  list.value = { ...list.peek(), ...applyEvent({ receipts, counts }, message) };
}

/** A receipt as the service has just told it, new or known. */
export function showReceipt(receipt: Receipt): void {
  const { of, receipts } = list.peek();
  const isKnown = receipts.some(({ id }) => id === receipt.id);
  if (isKnown) show(of, { receipts: receipts.map((other) => (other.id === receipt.id ? receipt : other)) });
  else if (of === null || of === receipt.ocr_status) show(of, { receipts: [receipt, ...receipts] });
}

/** An answer that comes after another status was chosen is no longer wanted. */
function show(of: ReceiptStatus | null, changed: Partial<ReceiptsList>): void {
  if (list.peek().of === of) list.value = { ...list.peek(), ...changed };
}
