import type { Health, Metrics } from '@edge-ocr/shared/contract/operations';
import { durationText, millisecondsText, percentText } from '../design/format.ts';
import { Bars } from './bars.tsx';
import { cacheUseOf } from './cache-levels.ts';
import { NodesTable } from './nodes-table.tsx';
import { errorsOf, perMinute, type Sample, seriesOf } from './samples.ts';
import { Sparkline } from './sparkline.tsx';
import { StagesTable } from './stages-table.tsx';

interface Props {
  readonly samples: readonly Sample[];
  readonly health: Health;
}

export function Dashboard({ samples, health }: Props) {
  const { metrics } = samples.at(-1)!;
  const cache = cacheUseOf(metrics.edge);
  const { overall, by_field } = metrics.model_accuracy;
  return (
    <>
      <Facts metrics={metrics} health={health} />
      <div class="panels">
        <Latency samples={samples} />
        <Requests samples={samples} />
        {cache && (
          <section class="card" aria-labelledby="cache-title">
            <h2 id="cache-title">Cache at the edge</h2>
            <p class="muted small">
              {percentText(cache.share)} of {cache.looks} looks were hits, by the isolate that answered.
            </p>
            <Bars
              rows={cache.levels.map(({ name, hits, share }) => ({
                name,
                share,
                text: `${hits} · ${percentText(share)}`,
              }))}
            />
          </section>
        )}
        <section class="card" aria-labelledby="accuracy-title">
          <h2 id="accuracy-title">Accuracy by field</h2>
          {overall === null ? (
            <p class="muted">Nobody has corrected or confirmed a field yet. Each correction is counted here.</p>
          ) : (
            <>
              <p class="muted small">{percentText(overall)} of the fields that people looked at were read right.</p>
              <Bars rows={Object.entries(by_field).map(([name, share]) => ({ name, share }))} />
            </>
          )}
        </section>
        {metrics.stages && <StagesTable stages={metrics.stages} />}
        <Errors errors={metrics.errors_by_type} />
      </div>
      {metrics.nodes && <NodesTable nodes={metrics.nodes} />}
    </>
  );
}

function Facts({ metrics, health }: { metrics: Metrics; health: Health }) {
  const queue = metrics.queue ?? {
    pending: health.queue_status.pending_jobs,
    processing: health.queue_status.processing_jobs,
    failed: health.queue_status.failed_jobs,
  };
  const facts: [name: string, value: string | number, tone?: string][] = [
    ['Service', health.status, health.status === 'healthy' ? 'good' : 'bad'],
    ['Up for', durationText(health.uptime_seconds)],
    ['Pending', queue.pending],
    ['Processing', queue.processing],
    ['Failed', queue.failed, queue.failed > 0 ? 'bad' : ''],
  ];
  if (metrics.queue) facts.push(['Oldest waits', durationText(metrics.queue.oldest_seconds)]);
  if (metrics.outbox) facts.push(['To publish', metrics.outbox.unpublished]);
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value, tone = '']) => (
          <div key={name} class="card">
            <dt class="muted small">{name}</dt>
            <dd class={`number ${tone}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="muted small models">
        edge-ocr {health.version} · <code>{health.model_version}</code>
      </p>
    </>
  );
}

function Latency({ samples }: { samples: readonly Sample[] }) {
  const latency = samples.at(-1)!.metrics.latency_ms;
  return (
    <section class="card" aria-labelledby="latency-title">
      <h2 id="latency-title">Latency</h2>
      {latency ? (
        <>
          <p class="muted small">
            Of {latency.count} requests in the last {durationText(latency.window_seconds)}.
          </p>
          <div class="sparks">
            {(['p50', 'p95', 'p99'] as const).map((name) => (
              <Sparkline
                key={name}
                name={name}
                values={seriesOf(samples, (metrics) => metrics.latency_ms?.[name])}
                shown={millisecondsText}
              />
            ))}
          </div>
        </>
      ) : (
        <p class="muted">No image was read lately.</p>
      )}
    </section>
  );
}

function Requests({ samples }: { samples: readonly Sample[] }) {
  const { metrics } = samples.at(-1)!;
  const { total_requests: total, successful_requests: successful } = metrics;
  const shown = (rate: number) => `${Math.round(rate * 10) / 10} / min`;
  return (
    <section class="card" aria-labelledby="requests-title">
      <h2 id="requests-title">Requests</h2>
      <p class="muted small">
        {total.toLocaleString()} since the start
        {total > 0 && `, ${percentText(successful / total)} of them successful`}.
      </p>
      <div class="sparks">
        <Sparkline name="Requests" values={perMinute(samples, (of) => of.total_requests)} shown={shown} />
        <Sparkline name="Errors" values={perMinute(samples, errorsOf)} shown={shown} />
      </div>
    </section>
  );
}

function Errors({ errors }: { errors: Metrics['errors_by_type'] }) {
  const rows = Object.entries(errors).sort(([, one], [, other]) => other - one);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <section class="card errors" aria-labelledby="errors-title">
      <h2 id="errors-title">Errors</h2>
      {rows.length === 0 ? (
        <p class="muted">None since the start.</p>
      ) : (
        <Bars rows={rows.map(([name, count]) => ({ name, share: count / most, text: String(count) }))} tone="bad" />
      )}
    </section>
  );
}
