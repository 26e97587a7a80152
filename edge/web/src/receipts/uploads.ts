import type { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { effect, signal } from '@preact/signals';
import { type Failure, failureOf } from '../design/failure.ts';
import { person } from '../session/session.ts';
import { refreshCounts, showReceipt } from './receipts-list.ts';

export interface Upload {
  readonly id: string;
  readonly file: File;
  /** From 0 to 1. */
  readonly share: number;
  readonly failure: Failure | null;
}

/** Sent at once at the most, so that a phone's connection is not choked. */
const AT_ONCE = 2;

/** What is on its way, and what could not be sent. */
export const uploads = signal<readonly Upload[]>([]);

// Nobody sends again what another has chosen.
effect(() => {
  void person.value;
  uploads.value = [];
});

/** How many of the files the service took in; the others stay among the uploads with what went wrong. */
export async function uploadReceipts(client: OcrClient, files: readonly File[]): Promise<number> {
  const added = files.map((file): Upload => ({ id: crypto.randomUUID(), file, share: 0, failure: null }));
  uploads.value = [...uploads.peek(), ...added];
  const left = [...added];
  let taken = 0;
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) if (await send(client, next)) taken++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await countAgain(client);
  return taken;
}

export async function sendAgain(client: OcrClient, upload: Upload): Promise<void> {
  change(upload.id, { share: 0, failure: null });
  if (await send(client, upload)) await countAgain(client);
}

export function dismiss({ id }: Upload): void {
  uploads.value = uploads.peek().filter((upload) => upload.id !== id);
}

/** No event tells of a receipt that was only taken in. */
async function countAgain(client: OcrClient): Promise<void> {
  await refreshCounts(client).catch(() => undefined);
}

/** The same key for each try: a receipt whose answer was lost is not taken in twice. */
async function send(client: OcrClient, upload: Upload): Promise<boolean> {
  try {
    const receipt = await client.addReceipt(
      upload.file,
      {},
      {
        idempotencyKey: upload.id,
        onUploadProgress: ({ loaded, total }) => change(upload.id, { share: total > 0 ? loaded / total : 1 }),
      },
    );
    showReceipt(receipt);
    dismiss(upload);
    return true;
  } catch (error) {
    change(upload.id, { failure: failureOf(error) });
    return false;
  }
}

function change(id: string, changed: Partial<Upload>): void {
  uploads.value = uploads.peek().map((upload) => (upload.id === id ? { ...upload, ...changed } : upload));
}
