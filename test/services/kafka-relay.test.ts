import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafka } from '@edge-ocr/gpu-node/kafka/kafka';
import type { KafkaClient, KafkaLog } from '@edge-ocr/gpu-node/kafka/kafka-client';
import { type OutboxRelay, type RelayOptions, startOutboxRelay } from '@edge-ocr/gpu-node/kafka/outbox-relay';
import { topicSpecs } from '@edge-ocr/gpu-node/kafka/topics';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { migrate } from '@edge-ocr/gpu-node/persist/migrate';
import { readBacklog, sweepPublished, sweepUnread } from '@edge-ocr/gpu-node/persist/outbox';
import { ensurePartitions } from '@edge-ocr/gpu-node/persist/partitions';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';
import { exampleJob, exampleResult } from '@edge-ocr/gpu-node/persist/result.fixture';
import { findResult, saveFailure, saveResult } from '@edge-ocr/gpu-node/persist/results';
import { ocrEventSchema } from '@edge-ocr/shared/contract/cloud-events';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKafkaBroker, type KafkaBroker } from './kafka-broker.ts';
import { type KafkaReader, type ReadMessage, readTopics } from './kafka-reader.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const jars = serviceUrl('TEST_KAFKA_JARS', 'a folder, see test/services/kafka/pom.xml');

const silent: KafkaLog = { error() {}, warn() {}, info() {}, debug() {} };
const TOPICS = ['ocr.completed', 'ocr.failed', 'inventory.bulk_update'];

describe.skipIf(!serverUrl || !jars)('the outbox relay', () => {
  let broker: KafkaBroker;
  let scratch: ScratchDatabase;
  let db: Database;
  let kafka: KafkaClient;
  let prefix: string;
  let relays: OutboxRelay[];
  let readers: KafkaReader[];

  beforeAll(async () => {
    broker = await createKafkaBroker(jars!);
  });
  afterAll(() => broker?.remove());
  beforeEach(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    db = connectPostgres({ url: scratch.url, poolSize: 10 });
    await migrate(db);
    await ensurePartitions(db);
    prefix = `t${randomUUID().slice(0, 8)}.`;
    const timeouts = { connectTimeoutMs: 1000, requestTimeoutMs: 10_000 };
    kafka = connectKafka({ brokers: [broker.address], clientId: 'relay', ...timeouts, log: silent });
    relays = [];
    readers = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await Promise.all(readers.map((reader) => reader.stop()));
    await db.close();
    await scratch.drop();
  });

  const startRelay = (overrides: Partial<RelayOptions> = {}) => {
    const relay = startOutboxRelay({
      ...{ database: db, kafka, topicPrefix: prefix, batchEvents: 20, maxMessageBytes: 200_000, pollMs: 200 },
      ...{ retryMaxMs: 500, onPublished() {}, log: silent },
      ...overrides,
    });
    relays.push(relay);
    return relay;
  };
  const makeTopics = async () => {
    // A broker that has just begun to listen may not be ready to make topics.
    for (let tries = 0; ; tries++) {
      try {
        return await kafka.createTopics(topicSpecs(prefix, 3));
      } catch (error) {
        if (tries === 50) throw error;
        await sleep(100);
      }
    }
  };
  const startBroker = async () => {
    await broker.start();
    await makeTopics();
  };
  const read = async () => {
    const topics = TOPICS.map((topic) => prefix + topic);
    const reader = await readTopics(broker.address, topics, `${prefix}reader`);
    readers.push(reader);
    return reader;
  };
  const expectedOf = async () => {
    const { rows } = await db.query<{ topic: string; key: string; event_id: string }>(
      'SELECT topic, key, event_id FROM outbox ORDER BY id',
    );
    return rows;
  };
  const unpublished = async () => (await readBacklog(db)).unpublished;

  it('publishes all that was written while Kafka was away, in order by shop', async () => {
    startRelay();
    const shops = Array.from({ length: 5 }, () => randomUUID());
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const job = exampleJob(exampleResult(), shops[index % 5]);
        if (index % 10 > 0) return saveResult(db, job);
        return saveFailure(db, { ...job, bytes: Buffer.from('x'), error: new OcrError('MODEL_ERROR') });
      }),
    );
    expect(await readBacklog(db)).toMatchObject({ unpublished: 200 });
    expect((await readBacklog(db)).oldest_seconds).toBeGreaterThan(0);

    await startBroker();
    const reader = await read();
    await reader.until((messages) => idsOf(messages).size === 200);
    await expect.poll(unpublished).toBe(0);

    const expected = await expectedOf();
    for (const shop of shops) {
      for (const topic of ['ocr.completed', 'ocr.failed']) {
        const written = expected.filter((row) => row.key === shop && row.topic === topic).map((row) => row.event_id);
        const ofShop = reader.messages.filter((message) => message.key === shop && message.topic === prefix + topic);
        expect([...idsOf(ofShop)]).toEqual(written);
      }
    }
    for (const { value, headers, key } of reader.messages) {
      const event = ocrEventSchema.parse(JSON.parse(value!));
      expect(event.shopid).toBe(key);
      expect(headers).toEqual({
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'x-request-id': 'request-1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      });
    }
  });

  it('waits for an id whose transaction is still open, and not for one that rolled back', async () => {
    await makeTopics();
    const reader = await read();
    const shop = randomUUID();
    const save = () => saveResult(db, exampleJob(exampleResult(), shop));
    await save();
    startRelay();
    await reader.until(({ length }) => length === 1);

    const held = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const open = db.transaction(async (transaction) => {
      await saveResult(transaction, exampleJob(exampleResult(), shop));
      opened.resolve();
      await held.promise;
    });
    await opened.promise;
    await db
      .transaction(async (transaction) => {
        await saveResult(transaction, exampleJob(exampleResult(), shop));
        throw new Error('rolled back');
      })
      .catch(() => {});
    await save();
    await sleep(1000);
    expect(reader.messages).toHaveLength(1);
    held.resolve();
    await open;
    await reader.until(({ length }) => length === 3);
    expect([...idsOf(reader.messages)]).toEqual((await expectedOf()).map((row) => row.event_id));
  });

  it('goes on at another node when the one that relays stops, and through a restart of the broker', async () => {
    await makeTopics();
    const reader = await read();
    const shop = randomUUID();
    const other = connectPostgres({ url: scratch.url, poolSize: 2 });
    const first = startRelay();
    const second = startRelay({ database: other });
    const save = () => saveResult(db, exampleJob(exampleResult(), shop));
    for (let i = 0; i < 10; i++) await save();
    await reader.until(({ length }) => length === 10);

    await first.stop();
    for (let i = 0; i < 10; i++) await save();
    await reader.until((messages) => idsOf(messages).size === 20);

    await broker.stop('SIGKILL');
    for (let i = 0; i < 10; i++) await save();
    await broker.start();
    await reader.until((messages) => idsOf(messages).size === 30);
    expect([...idsOf(reader.messages)]).toEqual((await expectedOf()).map((row) => row.event_id));
    await second.stop();
    await other.close();
  });

  it('is told of events while it has nothing to do', async () => {
    await makeTopics();
    const reader = await read();
    startRelay({ pollMs: 600_000 });
    for (let count = 1; count <= 3; count++) {
      await saveResult(db, exampleJob());
      await reader.until(({ length }) => length === count);
      await expect
        .poll(async () => (await db.query('SELECT is_idle FROM outbox_relay')).rows)
        .toEqual([{ is_idle: true }]);
      // Idle since before or after its last look: the look that follows finds nothing either way.
      await sleep(200);
    }
  });

  it('names the place of a result that is too large for a message', async () => {
    await makeTopics();
    const reader = await read();
    startRelay();
    const shop = randomUUID();
    const large = exampleResult({ text: 'x'.repeat(300_000) });
    const small = exampleResult();
    await saveResult(db, exampleJob(large, shop));
    await saveResult(db, exampleJob(small, shop));
    await reader.until(({ length }) => length === 2);
    const [first, second] = reader.messages.map(({ value }) => ocrEventSchema.parse(JSON.parse(value!)));
    expect(first).toMatchObject({
      dataref: `/api/v1/ocr/results/${large.id}`,
      data: { job_id: large.id, shop_id: shop },
    });
    expect(first!.data).not.toHaveProperty('result');
    expect((await findResult(db, shop, large.id))?.text).toHaveLength(300_000);
    expect(second).toMatchObject({ data: { result: { id: small.id } } });
  });

  it('tells of an invoice’s lines, in the transaction of the result', async () => {
    await makeTopics();
    const reader = await read();
    startRelay();
    const line_items = [{ name: 'Flour 10 kg', quantity: 4, unit_price: 8.5, amount: 34 }];
    const structured = { issuer: 'Mill Ltd', invoice_number: 'A-17', date: '2026-10-01', currency: 'EUR', line_items };
    const invoice = exampleResult({ type: 'invoice', structured });
    const job = exampleJob(invoice);
    await saveResult(db, job);
    await saveResult(db, job);
    await saveResult(db, exampleJob(exampleResult({ type: 'invoice', structured: { issuer: 'No lines' } })));
    await reader.until((messages) => messages.length === 3);
    await sleep(300);
    const events = reader.messages.filter(({ topic }) => topic === `${prefix}inventory.bulk_update`);
    expect(events.map(({ value }) => ocrEventSchema.parse(JSON.parse(value!)))).toMatchObject([
      {
        type: 'inventory.bulk_update',
        subject: invoice.id,
        data: { invoice: { issuer: 'Mill Ltd', invoice_number: 'A-17', currency: 'EUR' }, line_items },
      },
    ]);
    expect(reader.messages).toHaveLength(3);
  });

  it('removes what was published, and without Kafka what nobody reads', async () => {
    await makeTopics();
    const relay = startRelay();
    await saveResult(db, exampleJob());
    await expect.poll(unpublished).toBe(0);
    await db.query(`UPDATE outbox SET published_at = now() - interval '25 hours'`);
    expect(await sweepPublished(db, 26)).toBe(0);
    expect(await sweepPublished(db, 24)).toBe(1);

    await broker.stop();
    await saveResult(db, exampleJob());
    await db.query(`UPDATE outbox SET created_at = now() - interval '25 hours'`);
    await relay.stop();
    await db.session(async (session) => {
      await session.query('SELECT pg_advisory_lock(7318220642)');
      expect(await sweepUnread(db, 24)).toBe(0);
    });
    expect(await sweepUnread(db, 26)).toBe(0);
    await expect.poll(() => sweepUnread(db, 24)).toBe(1);
  });
});

/** In the order of their first coming. */
function idsOf(messages: readonly ReadMessage[]): Set<string> {
  return new Set(messages.map(({ value }) => JSON.parse(value!).id as string));
}
