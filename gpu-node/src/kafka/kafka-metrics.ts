import { Counter, Gauge, type Registry } from 'prom-client';
import type { OutboxBacklog } from '../persist/outbox.ts';
import { recentAnswer } from '../recent-answer.ts';
import type { SyncOutcome } from './product-consumer.ts';
import type { RequestOutcome } from './request-handler.ts';

export interface KafkaMetrics {
  published(events: number): void;
  request(outcome: RequestOutcome): void;
  product(outcome: SyncOutcome): void;
}

const REQUEST_OUTCOMES: readonly RequestOutcome[] = ['completed', 'repeated', 'dead', 'postponed'];

/** @param readBacklog asked at a scrape; the gauges are empty when it fails or takes too long. */
export function createKafkaMetrics(registry: Registry, readBacklog: () => Promise<OutboxBacklog>): KafkaMetrics {
  const registers = [registry];
  // One question a scrape; none is told what was true before.
  showBacklog(registry, recentAnswer(readBacklog, { maxAgeMs: 0, timeoutMs: 2000 }));
  const published = new Counter({ name: 'ocr_events_published_total', help: 'Events that Kafka has taken', registers });
  const requests = new Counter({
    name: 'ocr_kafka_requests_total',
    help: 'Requests from Kafka by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const products = new Counter({
    name: 'ocr_product_sync_total',
    help: 'Events looked at for products by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  // From the start, as an increase from nothing to one is none to Prometheus.
  for (const outcome of REQUEST_OUTCOMES) requests.inc({ outcome }, 0);
  return {
    published: (events) => published.inc(events),
    request: (outcome) => requests.inc({ outcome }),
    product: (outcome) => products.inc({ outcome }),
  };
}

/** Each gauge asks for itself: prom-client takes the values of one while another still collects. The answer is one. */
function showBacklog(registry: Registry, read: () => Promise<OutboxBacklog | null>): void {
  const gauge = (name: string, help: string, figureOf: (backlog: OutboxBacklog) => number) =>
    new Gauge({
      ...{ name, help },
      registers: [registry],
      async collect() {
        const backlog = await read();
        if (backlog) this.set(figureOf(backlog));
        // Not reset(), which makes it 0: all is well, it would say.
        else this.remove();
      },
    });
  gauge(
    'ocr_outbox_unpublished',
    'Events that are not published. The same at every node',
    ({ unpublished }) => unpublished,
  );
  gauge(
    'ocr_outbox_oldest_seconds',
    'Age of the oldest event that is not published; 0 without any. The same at every node',
    ({ oldest_seconds }) => oldest_seconds,
  );
}
