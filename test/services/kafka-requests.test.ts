import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OCR_REQUEST } from '@edge-ocr/shared/contract/ocr-request';
import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKafkaBroker, type KafkaBroker } from './kafka-broker.ts';
import { type KafkaReader, readTopics, testKafka } from './kafka-reader.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';
import { ticket } from './steady-load.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const jars = serviceUrl('TEST_KAFKA_JARS', 'a folder, see test/services/kafka/pom.xml');
const PATIENCE = { timeout: 90_000, interval: 200 };

describe.skipIf(!serverUrl || !jars)('requests from Kafka', () => {
  const secret = randomBytes(32).toString('base64url');
  const userId = randomUUID();
  let broker: KafkaBroker;
  let scratch: ScratchDatabase;
  let producer: Producer;
  let reader: KafkaReader;
  const nodes = new Map<string, NodeProcess>();

  beforeAll(async () => {
    [broker, scratch] = await Promise.all([createKafkaBroker(jars!), createScratchDatabase(serverUrl!)]);
    await broker.start();
    await start('a');
    producer = testKafka(broker.address).producer();
    await producer.connect();
    const topics = ['ocr.completed', 'ocr.failed', 'ocr.requests.dlq'];
    reader = await readTopics(broker.address, topics, 'reader');
  });
  afterAll(async () => {
    await reader?.stop();
    await producer?.disconnect();
    await Promise.all([...nodes.values()].map((node) => node.end('SIGKILL')));
    await broker?.remove();
    await scratch?.drop();
  });

  async function start(id: string): Promise<NodeProcess> {
    const node = await startNodeProcess(id, {
      INTERNAL_SECRET: secret,
      DATABASE_URL: scratch.url,
      KAFKA_BROKERS: broker.address,
      KAFKA_RELAY_POLL_MS: '100',
      KAFKA_REQUEST_RETRIES: '1',
      KAFKA_MAX_INLINE_BYTES: '50000',
      KAFKA_MAX_MESSAGE_BYTES: '100000',
    });
    nodes.set(id, node);
    return node;
  }

  const requestOf = (shopId: string, requestId: string, image: object, more: object = {}) => ({
    specversion: '1.0',
    type: OCR_REQUEST,
    id: randomUUID(),
    source: '/test',
    data: {
      ...{ request_id: requestId, shop_id: shopId, user_id: userId, image },
      options: { type: 'receipt', extract_barcodes: false },
      ...more,
    },
  });
  const send = (key: string, ...values: unknown[]) =>
    producer.send({
      topic: 'ocr.requests',
      messages: values.map((value) => ({
        key,
        value: typeof value === 'string' ? value : JSON.stringify(value),
        headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', origin: 'till' },
      })),
    });
  const inline = async (number: number) => ({ base64: (await ticket(number)).toString('base64') });
  const rowsOf = async (shopId: string) => {
    const { rows } = await scratch.db.query<{ request_id: string; status: string; error_code: string | null }>(
      'SELECT request_id, status, error_code FROM ocr_processing_jobs WHERE shop_id = $1 ORDER BY request_id',
      [shopId],
    );
    return rows;
  };
  const eventsOf = (shopId: string, topic: string) =>
    reader.messages.filter((message) => message.topic === topic && message.key === shopId);
  /** What the group has yet to take, of all partitions. */
  const lag = async () => {
    const admin = testKafka(broker.address).admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets('ocr.requests');
    const [committed] = await admin.fetchOffsets({ groupId: 'edge-ocr.requests', topics: ['ocr.requests'] });
    await admin.disconnect();
    const at = new Map(committed!.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return ends.reduce((sum, { partition, high }) => sum + Number(high) - Math.max(0, at.get(partition) ?? 0), 0);
  };

  it('become one result each, and what cannot goes to the dead letters while the partition goes on', async () => {
    const shopId = randomUUID();
    const other = randomUUID();
    const bytes = await ticket(7);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = `shop/${shopId}/${sha256}`;
    const file = join(nodes.get('a')!.dataDir, 'images', key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    const twice = requestOf(shopId, 'request-twice', await inline(1));

    await send(
      shopId,
      twice,
      'this is no JSON',
      requestOf(shopId, 'request-by-key', { key }),
      requestOf(shopId, 'request-of-others', { key: `shop/${other}/${sha256}` }),
      requestOf(shopId, 'request-gone', { key: `shop/${shopId}/${'0'.repeat(64)}` }),
      requestOf('shop-17', 'request-unknown-shop', await inline(2)),
      requestOf(shopId, 'request-large', { base64: randomBytes(50_001).toString('base64') }),
      requestOf(shopId, 'request-no-image', { base64: Buffer.from('hello, this is no image').toString('base64') }),
      requestOf(shopId, 'request-option', await inline(3), { options: { type: 'novel' } }),
      twice,
      requestOf(shopId, 'request-last', await inline(4)),
    );

    await expect.poll(lag, PATIENCE).toBe(0);
    expect(await rowsOf(shopId)).toEqual([
      { request_id: 'request-by-key', status: 'completed', error_code: null },
      { request_id: 'request-gone', status: 'failed', error_code: 'NOT_FOUND' },
      { request_id: 'request-last', status: 'completed', error_code: null },
      { request_id: 'request-no-image', status: 'failed', error_code: 'UNSUPPORTED_TYPE' },
      { request_id: 'request-twice', status: 'completed', error_code: null },
    ]);
    await reader.until(() => eventsOf(shopId, 'ocr.completed').length === 3);
    await reader.until(() => eventsOf(shopId, 'ocr.failed').length === 2);
    await reader.until(() => eventsOf(shopId, 'ocr.requests.dlq').length === 7);

    const letters = eventsOf(shopId, 'ocr.requests.dlq');
    expect(letters.map(({ headers }) => headers['dlq-reason']).sort()).toEqual([
      'FORBIDDEN',
      'IMAGE_TOO_LARGE',
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'NOT_FOUND',
      'UNSUPPORTED_TYPE',
    ]);
    const broken = letters.find(({ value }) => value === 'this is no JSON');
    expect(broken!.headers).toMatchObject({ origin: 'till', 'dlq-topic': 'ocr.requests', 'dlq-attempts': '0' });
    const gone = letters.find(({ headers }) => headers['dlq-reason'] === 'NOT_FOUND');
    expect(gone!.headers['dlq-attempts']).toBe('2');
    const unknown = letters.find(({ value }) => value!.includes('request-unknown-shop'));
    expect(unknown!.headers['dlq-message']).toContain('data.shop_id');
    expect(eventsOf(shopId, 'ocr.completed')[0]!.headers.traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
    const { rows } = await scratch.db.query('SELECT extracted_text FROM ocr_processing_jobs WHERE sha256 = $1', [
      sha256,
    ]);
    expect(rows).toEqual([{ extracted_text: 'No 10007' }]);
  });

  it('are all answered once while nodes join, end by SIGTERM and are killed', async () => {
    const shops = Array.from({ length: 12 }, () => randomUUID());
    const load = sendSteadily(shops);
    await expect.poll(() => done('a'), PATIENCE).toBeGreaterThan(10);
    await start('b');
    await expect.poll(() => done('b'), PATIENCE).toBeGreaterThan(10);
    const ended = await nodes.get('a')!.end('SIGTERM');
    nodes.delete('a');
    expect(ended).toBe(0);
    await start('c');
    await expect.poll(() => done('c'), PATIENCE).toBeGreaterThan(10);
    await nodes.get('b')!.end('SIGKILL');
    nodes.delete('b');
    // More for the partitions that were b's; they wait until the group misses it.
    await sleep(2000);
    const sent = await load.stop();

    await expect.poll(lag, PATIENCE).toBe(0);
    const of = new Set<string>(shops);
    const events = () =>
      reader.messages.filter(({ topic, key }) => topic === 'ocr.completed' && key !== null && of.has(key));
    await reader.until(() => new Set(events().map(({ value }) => JSON.parse(value!).subject)).size === sent);
    const rows = (await Promise.all(shops.map(rowsOf))).flat();
    expect(rows).toHaveLength(sent);
    expect(rows.filter(({ status }) => status !== 'completed')).toEqual([]);
    expect(new Set(rows.map(({ request_id }) => request_id)).size).toBe(sent);
    const written = await scratch.db.query('SELECT key FROM outbox WHERE key = ANY ($1)', [shops]);
    expect(written.rows).toHaveLength(sent);
    expect(shops.flatMap((shopId) => eventsOf(shopId, 'ocr.requests.dlq'))).toEqual([]);
  });

  /** Some 15 requests a second, each of another image, until it is stopped. */
  function sendSteadily(shops: readonly string[]) {
    let stopped = false;
    const sending = (async () => {
      let sent = 0;
      for (; !stopped; sent++) {
        const shopId = shops[sent % shops.length]!;
        await send(shopId, requestOf(shopId, `request-${sent}`, await inline(sent)));
        await sleep(50);
      }
      return sent;
    })();
    return {
      stop() {
        stopped = true;
        return sending;
      },
    };
  }

  /** Requests that the node has completed. */
  async function done(id: string): Promise<number> {
    const text = await fetch(`${nodes.get(id)!.url}/metrics`).then((response) => response.text());
    return Number(/^ocr_kafka_requests_total\{outcome="completed"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  }
});
