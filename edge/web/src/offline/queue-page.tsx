import { Icon } from '../design/icons.tsx';
import { online, queueItems, queueProblem } from './queue.ts';
import { QueueRow } from './queue-row.tsx';
import './queue-page.css';

/** Of those that were sent, the latest; all stand in the history. */
const SENT_SHOWN = 20;

export function QueuePage() {
  const unsent = queueItems.value.filter(({ state }) => state !== 'done');
  const sent = queueItems.value
    .filter(({ state }) => state === 'done')
    .slice(-SENT_SHOWN)
    .reverse();
  return (
    <section class="stack" aria-labelledby="queue-title">
      <div>
        <h1 id="queue-title">Waiting images</h1>
        <p class="muted">
          {online.value
            ? 'Images that you add without a connection are kept on this device, and sent when it returns.'
            : 'You are offline. What you add is kept on this device, and sent when the connection returns.'}
        </p>
      </div>
      {queueProblem.value && (
        <p class="notice bad" role="alert">
          {queueProblem.value}
        </p>
      )}
      {unsent.length === 0 ? (
        <div class="card empty">
          <Icon name="done" />
          <h2>Nothing waits</h2>
          <a class="button" href="/">
            Read an image
          </a>
        </div>
      ) : (
        <ul class="list">
          {unsent.map((item) => (
            <QueueRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      {sent.length > 0 && (
        <div>
          <h2>Sent from this device</h2>
          <ul class="list">
            {sent.map((item) => (
              <QueueRow key={item.id} item={item} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
