import { isAbsolute } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig, parseEngineConfig } from './config.ts';

const INTERNAL_SECRET = 'a-secret-of-more-than-thirty-two-bytes';

function problemsOf(environment: Record<string, string>): string {
  try {
    parseConfig({ INTERNAL_SECRET, ...environment });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('parseConfig', () => {
  test('a secret is enough; the rest has defaults', () => {
    const config = parseConfig({ INTERNAL_SECRET });
    expect(config).toMatchObject({ NODE_HOST: '127.0.0.1', NODE_PORT: 8788, MAX_IMAGE_BYTES: 10 * 1024 * 1024 });
    expect(config.DATABASE_URL).toBeUndefined();
    expect(isAbsolute(config.DATA_DIR)).toBe(true);
  });

  test('text becomes numbers', () => {
    const config = parseConfig({ INTERNAL_SECRET, NODE_PORT: '0', DETECT_BOX_THRESHOLD: '0.45' });
    expect([config.NODE_PORT, config.DETECT_BOX_THRESHOLD]).toEqual([0, 0.45]);
  });

  test.each([
    ['NODE_PORT', '70000'],
    ['NODE_PORT', '80.5'],
    ['MAX_IN_FLIGHT', '0'],
    ['LOG_LEVEL', 'loudly'],
    ['DATABASE_URL', 'mysql://user:hunter2@host/db'],
    ['DETECT_BOX_THRESHOLD', '1.5'],
    ['DETECT_UNCLIP_RATIO', 'wide-value'],
    ['INTERNAL_SECRET', 'too-short-to-be-safe'],
    ['WORKER_THREADS', '-4444'],
  ])('%s=%s stops the start, named without its value', (name, value) => {
    const message = problemsOf({ [name]: value });
    expect(message).toContain(`${name}: `);
    expect(message).not.toContain(value);
  });

  test('every problem is named at once', () => {
    const message = problemsOf({ NODE_PORT: 'x', BATCH_MAX_CROPS: '0', MAX_IMAGE_SIZE: '3' });
    for (const name of ['NODE_PORT', 'BATCH_MAX_CROPS', 'MAX_IMAGE_SIZE']) expect(message).toContain(`  ${name}: `);
  });

  test('what only makes sense together is asked for together', () => {
    const redis = { UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:8079', UPSTASH_REDIS_REST_TOKEN: 'hunter2-token' };
    expect(problemsOf({ UPSTASH_REDIS_REST_URL: redis.UPSTASH_REDIS_REST_URL })).toContain(
      'UPSTASH_REDIS_REST_TOKEN: ',
    );
    expect(problemsOf({ UPSTASH_REDIS_REST_TOKEN: 'x' })).toContain('UPSTASH_REDIS_REST_URL: ');
    expect(problemsOf({ NODE_PUBLIC_URL: 'http://10.0.0.7:8788' })).toContain('NODE_PUBLIC_URL: ');
    expect(problemsOf({ ...redis, POOL_TTL_MS: '4000' })).toContain('POOL_TTL_MS: must be at least twice');
    expect(problemsOf({ ...redis, NODE_PUBLIC_URL: 'http://10.0.0.7:8788/base' })).toContain('must be an origin');
    expect(problemsOf({ ...redis, NODE_ID: 'a b' })).toContain('NODE_ID: ');
    expect(problemsOf({ ...redis, NODE_PUBLIC_URL: 'http://10.0.0.7:8788' })).toBe('');
  });

  test('8-bit networks are for the CPU', () => {
    expect(problemsOf({ MODEL_GRAPH: 'int8', EXECUTION_PROVIDER: 'cuda' })).toContain(
      'MODEL_GRAPH: int8 is for the CPU',
    );
    expect(problemsOf({ MODEL_GRAPH: 'int8', EXECUTION_PROVIDER: 'cpu' })).toBe('');
    expect(problemsOf({ EXECUTION_PROVIDR: 'cuda' })).toContain('EXECUTION_PROVIDR: is not known');
  });

  test('Kafka is configured as a whole', () => {
    expect(parseConfig({ INTERNAL_SECRET }).KAFKA_BROKERS).toBeUndefined();
    const kafka = { KAFKA_BROKERS: 'a.example:9092, [::1]:9093' };
    expect(parseConfig({ INTERNAL_SECRET, ...kafka }).KAFKA_BROKERS).toEqual(['a.example:9092', '[::1]:9093']);
    expect(problemsOf({ KAFKA_BROKERS: 'a.example' })).toContain('KAFKA_BROKERS: must be a list of host:port');
    expect(problemsOf({ ...kafka, DATABASE_POOL_SIZE: '1' })).toContain('DATABASE_POOL_SIZE: ');
    expect(problemsOf({ ...kafka, KAFKA_MAX_INLINE_BYTES: '800000' })).toContain('KAFKA_MAX_INLINE_BYTES: ');
    const sasl = { KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'hunter2', KAFKA_SASL_MECHANISM: 'plain' };
    expect(problemsOf({ ...kafka, KAFKA_SASL_USERNAME: 'u' })).toContain('all or none');
    expect(problemsOf({ ...kafka, ...sasl })).toContain('KAFKA_TLS is needed');
    expect(problemsOf({ ...kafka, ...sasl, KAFKA_TLS: 'true' })).toBe('');
    expect(problemsOf({ ...kafka, ...sasl, KAFKA_SASL_MECHANISM: 'scram-sha-512' })).toBe('');
  });

  test('a node’s name in the pool is another at each start', () => {
    const names = [1, 2].map(() => parseConfig({ INTERNAL_SECRET }).NODE_ID);
    expect(names[0]).toMatch(/^[\w.-]+-[0-9a-f]{6}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  test('a misspelt name is named, a foreign one is not ours to judge', () => {
    expect(problemsOf({ DETECT_BOXTHRESHOLD: '0.5' })).toContain('DETECT_BOXTHRESHOLD: is not known');
    expect(problemsOf({ KAFKA_BROKER: 'a:1' })).toContain('KAFKA_BROKER: is not known');
    expect(problemsOf({ KAFKA_SERVICE_HOST: '10.0.0.3', KAFKA_PORT_9092_TCP_ADDR: '10.0.0.3' })).toBe('');
    expect(problemsOf({ PATH: '/bin', NODE_OPTIONS: '--x', HOME: '/root' })).toBe('');
  });

  test('empty means not set', () => {
    expect(parseConfig({ INTERNAL_SECRET, NODE_PORT: '', DATABASE_URL: '', BATCH_OLD_NAME: '' }).NODE_PORT).toBe(8788);
    expect(problemsOf({ INTERNAL_SECRET: '' })).toContain('INTERNAL_SECRET: ');
  });

  test('the secret’s length counts in bytes', () => {
    expect(parseConfig({ INTERNAL_SECRET: 'é'.repeat(16) }).INTERNAL_SECRET).toHaveLength(16);
  });
});

test('parseEngineConfig needs no secret, and is as strict', () => {
  expect(parseEngineConfig({})).not.toHaveProperty('INTERNAL_SECRET');
  expect(() => parseEngineConfig({ DETECT_SIDE: '1' })).toThrow('DETECT_SIDE: ');
});
