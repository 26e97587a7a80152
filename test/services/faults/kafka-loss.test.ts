import { setTimeout as sleep } from 'node:timers/promises';
import { readBacklog } from '@edge-ocr/gpu-node/persist/outbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKafkaBroker, type KafkaBroker } from '../kafka-broker.ts';
import { type KafkaReader, readTopics } from '../kafka-reader.ts';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import {
  endUnharmed,
  type FaultySystem,
  isDone,
  isFailed,
  LIMIT_MS,
  PATIENCE,
  startFaultySystem,
  startLoad,
} from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const jars = serviceUrl('TEST_KAFKA_JARS', 'a folder, see test/services/kafka/pom.xml');

describe.skipIf(!serverUrl || !jars)('Kafka is lost under load', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let broker: KafkaBroker;
  let system: FaultySystem;
  let reader: KafkaReader;
  beforeAll(async () => {
    [scratch, broker] = await Promise.all([createScratchDatabase(serverUrl!), createKafkaBroker(jars!)]);
    await broker.start();
    system = await startFaultySystem({
      databaseUrl: scratch.url,
      nodes: ['a', 'b'],
      nodeEnvironment: { KAFKA_BROKERS: broker.address, KAFKA_RELAY_POLL_MS: '200', KAFKA_RETRY_MAX_MS: '1000' },
    });
    reader = await readTopics(broker.address, ['ocr.completed'], 'faults');
  });
  afterAll(async () => {
    await reader?.stop();
    await system?.stop();
    await broker?.remove();
    await scratch?.drop();
  });

  it('no request fails, and every event is published once it is back', async () => {
    const load = await startLoad(system);
    await load.until(20, isDone);
    await broker.stop('SIGKILL');
    await sleep(5000);
    await load.until(20, isDone);
    await broker.start();
    await load.until(20, isDone);
    const samples = await endUnharmed(load, scratch.db, 'Kafka lost');
    expect(samples.filter(isFailed)).toEqual([]);
    await expect.poll(async () => (await readBacklog(scratch.db)).unpublished, PATIENCE).toBe(0);
    const { rows } = await scratch.db.query<{ event_id: string }>(
      `SELECT event_id FROM outbox WHERE type = 'ocr.completed'`,
    );
    const written = rows.map(({ event_id }) => event_id);
    const published = () => new Set(reader.messages.map(({ value }) => (JSON.parse(value!) as { id: string }).id));
    await expect.poll(() => written.filter((id) => !published().has(id)), PATIENCE).toEqual([]);
  });
});
