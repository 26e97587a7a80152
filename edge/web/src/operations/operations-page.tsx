import type { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { Health } from '@edge-ocr/shared/contract/operations';
import { useSignal } from '@preact/signals';
import { type Failure, failureOf } from '../design/failure.ts';
import { FailureNotice } from '../design/failure-notice.tsx';
import { useTitle } from '../design/use-title.ts';
import { OfflineNotice } from '../offline/offline-notice.tsx';
import { online } from '../offline/queue.ts';
import { client, isOperator } from '../session/session.ts';
import { Dashboard } from './dashboard.tsx';
import { type Sample, withSample } from './samples.ts';
import { usePoll } from './use-poll.ts';
import './operations.css';

const EVERY_MS = 5000;

export function OperationsPage() {
  useTitle('Operations');
  if (!isOperator.value) {
    return (
      <section class="card empty">
        <h1>For operators</h1>
        <p class="muted">Your token does not have the scope “admin”. Ask your administrator for one that does.</p>
      </section>
    );
  }
  return <Operations />;
}

function Operations() {
  const samples = useSignal<readonly Sample[]>([]);
  const health = useSignal<Health | null>(null);
  const failure = useSignal<Failure | null>(null);
  const latest = samples.value.at(-1);

  const look = async (from: OcrClient, signal: AbortSignal) => {
    try {
      const [metrics, healthNow] = await Promise.all([from.metrics({ signal }), from.health({ signal })]);
      samples.value = withSample(samples.value, { at: Date.now(), metrics });
      health.value = healthNow;
      failure.value = null;
    } catch (error) {
      if (!signal.aborted) failure.value = failureOf(error);
    }
  };
  usePoll(look, EVERY_MS, online.value ? client.value : null);

  return (
    <section class="stack" aria-labelledby="operations-title">
      <div class="page-head">
        <h1 id="operations-title">Operations</h1>
        <span class="muted small number">
          {latest && `as of ${new Date(latest.at).toLocaleTimeString()}, every ${EVERY_MS / 1000} s`}
        </span>
      </div>
      <OfflineNotice what="These figures come up to date" />
      {failure.value && online.value && <FailureNotice failure={failure.value} />}
      {latest && health.value && <Dashboard samples={samples.value} health={health.value} />}
      {!latest && !failure.value && online.value && <div class="skeleton operations-placeholder" aria-hidden="true" />}
    </section>
  );
}
