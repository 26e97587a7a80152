import { Counter, Gauge, type Registry } from 'prom-client';
import type { OutboxBacklog } from '../persist/outbox.ts';
import type { SyncOutcome } from './product-consumer.ts';
import type { RequestOutcome } from './request-handler.ts';

export interface KafkaMetrics {
  published(events: number): void;
  request(outcome: RequestOutcome): void;
  product(outcome: SyncOutcome): void;
}

/** @param readBacklog asked at each scrape; the gauges are empty when it fails. */
export function createKafkaMetrics(registry: Registry, readBacklog: () => Promise<OutboxBacklog>): KafkaMetrics {
  const registers = [registry];
  const oldest = new Gauge({
    name: 'ocr_outbox_oldest_seconds',
    help: 'Age of the oldest event that is not published; 0 without any. The same at every node',
    registers,
  });
  new Gauge({
    name: 'ocr_outbox_unpublished',
    help: 'Events that are not published. The same at every node',
    registers,
    async collect() {
      const backlog = await readBacklog().catch(() => null);
      if (!backlog) return this.reset();
      this.set(backlog.unpublished);
      oldest.set(backlog.oldest_seconds);
    },
  });
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
  return {
    published: (events) => published.inc(events),
    request: (outcome) => requests.inc({ outcome }),
    product: (outcome) => products.inc({ outcome }),
  };
}
