import type { QueueItem } from '@edge-ocr/shared/client/offline-queue';
import { useEffect, useState } from 'preact/hooks';
import { failureText } from '../design/failure.ts';
import { bytesText, timeText } from '../design/format.ts';
import { Icon } from '../design/icons.tsx';
import { imageOfItem, removeItem, retryItem } from './queue.ts';

const STATES: Readonly<Record<QueueItem['state'], { text: string; tone: string }>> = {
  waiting: { text: 'Waits', tone: 'warn' },
  sending: { text: 'Sending', tone: 'busy' },
  done: { text: 'Sent', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
};

export function QueueRow({ item }: { item: QueueItem }) {
  const { id, name, state, sizeBytes, addedAt, resultId, error } = item;
  const { text, tone } = STATES[state];
  return (
    <li class="queue-row">
      <QueuedImage id={id} />
      <div class="queue-facts">
        <strong>{name}</strong>
        <span class="state-line muted small">
          <span class={`chip ${tone}`}>{text}</span>
          {bytesText(sizeBytes)} · {timeText(addedAt)}
        </span>
        {error && <span class="small queue-error">{failureText(error)}</span>}
      </div>
      <div class="row">
        {resultId && (
          <a class="button" href={`/history/${resultId}`}>
            Open<span class="visually-hidden"> {name}</span>
          </a>
        )}
        {state === 'failed' && (
          <button type="button" onClick={() => void retryItem(id)}>
            Try again<span class="visually-hidden">: {name}</span>
          </button>
        )}
        {(state === 'waiting' || state === 'failed') && (
          <button type="button" class="quiet" onClick={() => void removeItem(id)}>
            Remove<span class="visually-hidden"> {name}</span>
          </button>
        )}
      </div>
    </li>
  );
}

function QueuedImage({ id }: { id: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    imageOfItem(id)
      .then((blob) => {
        if (gone || blob === null) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      })
      .catch(() => undefined);
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);
  return (
    <span class="thumbnail">{url ? <img src={url} alt="" onError={() => setUrl(null)} /> : <Icon name="page" />}</span>
  );
}
