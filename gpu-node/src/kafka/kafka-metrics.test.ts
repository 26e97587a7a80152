import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createKafkaMetrics } from './kafka-metrics.ts';

test('the first scrape shows the backlog whole, by one question', async () => {
  const registry = new Registry();
  let asked = 0;
  createKafkaMetrics(registry, async () => {
    asked++;
    // As a database takes, while other gauges are collected.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { unpublished: 7, oldest_seconds: 61.5 };
  });
  const lines = (await registry.metrics()).split('\n');
  expect(lines).toContain('ocr_outbox_unpublished 7');
  expect(lines).toContain('ocr_outbox_oldest_seconds 61.5');
  expect(asked).toBe(1);
});

test('a database that is away leaves the gauges empty, not at 0', async () => {
  const registry = new Registry();
  createKafkaMetrics(registry, () => Promise.reject(new Error('away')));
  expect(await registry.metrics()).not.toMatch(/^ocr_outbox/m);
});

test('what became of requests is there from the start, so that the first is an increase', async () => {
  const registry = new Registry();
  const metrics = createKafkaMetrics(registry, () => Promise.reject(new Error('away')));
  expect(await registry.metrics()).toContain('ocr_kafka_requests_total{outcome="dead"} 0');
  metrics.request('dead');
  expect(await registry.metrics()).toContain('ocr_kafka_requests_total{outcome="dead"} 1');
});
