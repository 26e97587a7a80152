import { randomUUID } from 'node:crypto';
import { Admission } from '@edge-ocr/gpu-node/admission';
import { parseConfig } from '@edge-ocr/gpu-node/config';
import type { Engine } from '@edge-ocr/gpu-node/inference/engine';
import type { KafkaLog } from '@edge-ocr/gpu-node/kafka/kafka-client';
import { type RunningKafka, startKafka } from '@edge-ocr/gpu-node/kafka/start-kafka';
import { createMetrics, type NodeMetrics } from '@edge-ocr/gpu-node/metrics';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { newJobId } from '@edge-ocr/gpu-node/persist/job-id';
import { migrate } from '@edge-ocr/gpu-node/persist/migrate';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';
import { exampleJob, exampleResult } from '@edge-ocr/gpu-node/persist/result.fixture';
import { saveResult } from '@edge-ocr/gpu-node/persist/results';
import type { Field, OcrResult } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKafkaBroker, type KafkaBroker } from './kafka-broker.ts';
import { testKafka } from './kafka-reader.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const jars = serviceUrl('TEST_KAFKA_JARS', 'a folder, see test/services/kafka/pom.xml');
const PATIENCE = { timeout: 60_000, interval: 100 };
const silent: KafkaLog = { error() {}, warn() {}, info() {}, debug() {} };

const GROUP = 'edge-ocr.products';
const TOPIC = 'ocr.completed';

describe.skipIf(!serverUrl || !jars)('products from Kafka', () => {
  const shopId = randomUUID();
  let broker: KafkaBroker;
  let scratch: ScratchDatabase;
  let db: Database;
  let metrics: NodeMetrics;
  let kafka: RunningKafka;

  beforeAll(async () => {
    [broker, scratch] = await Promise.all([createKafkaBroker(jars!), createScratchDatabase(serverUrl!)]);
    db = connectPostgres({ url: scratch.url, poolSize: 6 });
    await migrate(db);
    await broker.start();
    start();
  });
  afterAll(async () => {
    await kafka?.stop();
    await db?.close();
    await broker?.remove();
    await scratch?.drop();
  });

  function start() {
    metrics = createMetrics();
    const config = parseConfig({
      INTERNAL_SECRET: 'x'.repeat(32),
      KAFKA_BROKERS: broker.address,
      KAFKA_CONSUME_REQUESTS: 'false',
      KAFKA_RELAY_POLL_MS: '100',
      KAFKA_MAX_MESSAGE_BYTES: '30000',
      KAFKA_MAX_INLINE_BYTES: '1000',
    });
    const admission = new Admission({ requests: 1, bytes: 1 });
    const images = { get: async () => null, put: async () => {}, delete: async () => {} };
    kafka = startKafka({ config, database: db, engine: {} as Engine, admission, metrics, images, log: silent });
  }

  const counted = async (name: string, outcome?: string) => {
    const { body } = await metrics.exposition([]);
    const label = outcome === undefined ? '' : `{outcome="${outcome}"}`;
    const line = body.split('\n').find((text) => text.startsWith(`${name}${label} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  const lookedAt = async () => {
    const outcomes = ['written', 'unchanged', 'unreadable'];
    const counts = await Promise.all(outcomes.map((outcome) => counted('ocr_product_sync_total', outcome)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const table = async () => {
    const { rows } = await db.query('SELECT * FROM products ORDER BY shop_id, barcode, name');
    return rows;
  };
  const fromTheBeginning = async () => {
    const admin = testKafka(broker.address).admin();
    await admin.connect();
    await admin.resetOffsets({ groupId: GROUP, topic: TOPIC, earliest: true });
    await admin.disconnect();
  };

  it('are written from events, and are the same after the topic was read twice more', async () => {
    // Somebody entered this one by hand, with the digits that are printed.
    await db.query(
      `INSERT INTO products (shop_id, name, price, barcode) VALUES ($1, 'Cola, small', 0.99, '4006381333931')`,
      [shopId],
    );
    const results = [
      product(10, { product_name: 'Oat Milk', price: 1.8, currency: 'EUR', barcode: '036000291452' }),
      // The same in its other spelling: newer, without a price.
      product(20, { product_name: 'Oat Milk 1 l', barcode: '0036000291452' }),
      // Older than both, and late.
      product(5, { product_name: 'OAT M', price: 1.5, sku: 'OM-1', barcode: '036000291452' }),
      product(30, { product_name: 'Loose Tea' }),
      product(31, { product_name: 'LOOSE  TEA', price: 4.5 }),
      product(32, { price: 9.99, barcode: '4006381333931' }),
      product(33, { product_name: 'Doubtful', price: 2 }, 0.5),
      { ...product(34, { product_name: 'Large', barcode: '96385074' }), text: 'x'.repeat(50_000) },
      exampleResult(),
    ];
    for (const result of results) await saveResult(db, exampleJob(result, shopId));
    await sendNonsense();
    await expect.poll(lookedAt, PATIENCE).toBe(results.length + 1);

    const first = await table();
    expect(first).toMatchObject([
      { barcode: '00000096385074', name: 'Large', created_by_ocr: true },
      {
        ...{ barcode: '00036000291452', name: 'Oat Milk 1 l', price: '1.80', currency: 'EUR', sku: 'OM-1' },
        ...{ created_by_ocr: true, ocr_processed: true, ocr_confidence: '0.9000', source_job_id: results[1]!.id },
      },
      { barcode: '4006381333931', name: 'Cola, small', price: '0.99', created_by_ocr: false, ocr_processed: false },
      { barcode: null, name: 'LOOSE  TEA', price: '4.50', created_by_ocr: true },
    ]);
    expect(first).toHaveLength(4);
    expect(await counted('ocr_product_sync_total', 'unreadable')).toBe(1);
    expect(await counted('ocr_outbox_unpublished')).toBe(0);

    for (const _ of ['second', 'third']) {
      await kafka.stop();
      await fromTheBeginning();
      start();
      await expect.poll(lookedAt, PATIENCE).toBe(results.length + 1);
      expect(await counted('ocr_product_sync_total', 'written')).toBe(0);
    }
    expect(await table()).toEqual(first);
  });

  async function sendNonsense() {
    const producer = testKafka(broker.address).producer();
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: [{ key: shopId, value: '{"type":"ocr.completed"}' }] });
    await producer.disconnect();
  }
});

/** @param minute when it was read, an hour ago. */
function product(minute: number, values: Record<string, string | number>, confidence = 0.9): OcrResult {
  const fieldOf = (value: string | number): Field => ({
    ...{ value, confidence, line: null, lines: [], polygon: null },
  });
  const fields = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fieldOf(value)]));
  const created_at = new Date(Date.now() - 3_600_000 + minute * 60_000 - (Date.now() % 60_000)).toISOString();
  return exampleResult({ id: newJobId(), type: 'product', structured: values, fields, created_at });
}
