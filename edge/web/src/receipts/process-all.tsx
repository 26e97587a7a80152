import type { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { useState } from 'preact/hooks';
import { failureOf, failureText } from '../design/failure.ts';
import { client } from '../session/session.ts';

/** A call queues up to 1,000; more calls than these are for another press. */
const CALLS_MAX = 50;

interface Props {
  readonly pending: number;
  readonly onTold: (text: string) => void;
  readonly onQueued: () => void;
}

export function ProcessAll({ pending, onTold, onQueued }: Props) {
  const [asking, setAsking] = useState(false);
  const process = async () => {
    setAsking(true);
    try {
      onTold(toldOf(await queueAll(client.value!)));
      onQueued();
    } catch (error) {
      onTold(failureText(failureOf(error)));
    }
    setAsking(false);
  };
  return (
    <button type="button" class="primary" disabled={pending === 0 || asking} onClick={() => void process()}>
      Process all pending
    </button>
  );
}

async function queueAll(from: OcrClient): Promise<number> {
  let all = 0;
  for (let call = 0; call < CALLS_MAX; call++) {
    const { queued } = await from.processAllReceipts();
    all += queued;
    if (queued === 0) break;
  }
  return all;
}

function toldOf(queued: number): string {
  if (queued === 0) return 'All pending receipts are queued already.';
  return queued === 1 ? '1 receipt was queued to be read.' : `${queued} receipts were queued to be read.`;
}
