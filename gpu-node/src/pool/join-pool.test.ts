import type { Announcement } from '@edge-ocr/shared/pool';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Admission } from '../admission.ts';
import type { RedisClient } from '../redis.ts';
import { readAnnouncement } from './announcement.ts';
import { describePool } from './describe-pool.ts';
import { joinPool, type PoolMember } from './join-pool.ts';

const NOTICE_MS = 20;

/** The few commands of a heartbeat; what they do in a real Redis is tested among the services. */
class FakeRedis {
  announcements: (Announcement | null)[] = [];
  drainWished = false;
  away = false;
  withdrawn = 0;

  get last(): Announcement | undefined | null {
    return this.announcements.at(-1);
  }

  pipeline() {
    const chain = {
      set: (_: string, token: string) => {
        if (!this.away) this.announcements.push(readAnnouncement(token));
        return chain;
      },
      zadd: () => chain,
      zremrangebyscore: () => chain,
      exists: () => chain,
      del: () => {
        this.withdrawn++;
        return chain;
      },
      zrem: () => chain,
      exec: async () => {
        if (this.away) throw new Error('connection refused');
        return ['OK', 1, 0, this.drainWished ? 1 : 0];
      },
    };
    return chain;
  }
}

let redis: FakeRedis;
let admission: Admission;
let member: PoolMember;
let logged: string[];
beforeEach(() => {
  redis = new FakeRedis();
  admission = new Admission({ requests: 4, bytes: 1000 });
  logged = [];
});
afterEach(() => member.leave());

function join(): void {
  const log = (_: object, message: string) => void logged.push(message);
  member = joinPool({
    redis: redis as unknown as RedisClient,
    id: 'node-1',
    publicUrl: 'http://10.0.0.7:8788',
    secret: 'a-secret-of-more-than-thirty-two-bytes',
    modelVersion: 'models-1',
    capacity: 4,
    queue: () => 1,
    admission,
    heartbeatMs: 10,
    ttlMs: 100,
    noticeMs: NOTICE_MS,
    log: { info: log, warn: log },
  });
}

describe('a node in the pool', () => {
  test('says where it is and what it has to do, again and again', async () => {
    join();
    await vi.waitFor(() => expect(redis.last).toMatchObject({ in_flight: 0 }));
    const leave = admission.enter(1);
    await vi.waitFor(() =>
      expect(redis.last).toEqual({
        sub: 'node-1',
        url: 'http://10.0.0.7:8788',
        capacity: 4,
        in_flight: 1,
        queue: 1,
        model_version: 'models-1',
        draining: false,
      }),
    );
    leave();
  });

  test('goes on without Redis, says so once, and once that it is back', async () => {
    redis.away = true;
    join();
    await vi.waitFor(() => expect(logged).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(logged).toEqual([expect.stringContaining('Redis is away')]);
    expect(admission.isOpen).toBe(true);
    redis.away = false;
    await vi.waitFor(() => expect(redis.last).toBeTruthy());
    expect(logged[1]).toContain('again');
  });

  test('drained by an operator says so first, refuses then, and takes work again when asked to', async () => {
    join();
    redis.drainWished = true;
    await vi.waitFor(() => expect(redis.last?.draining).toBe(true));
    await vi.waitFor(() => expect(admission.isOpen).toBe(false));
    expect(admission.isStaying).toBe(false);
    redis.drainWished = false;
    await vi.waitFor(() => expect(redis.last?.draining).toBe(false));
    expect([admission.isOpen, admission.isStaying]).toEqual([true, true]);
  });

  test('that is stopped takes work until edges have had time to hear, and stays announced until it leaves', async () => {
    join();
    const leaving = member.announceLeaving();
    expect([admission.isOpen, admission.isStaying]).toEqual([true, false]);
    await leaving;
    expect(redis.last?.draining).toBe(true);
    expect(redis.withdrawn).toBe(0);
    await member.leave();
    expect(redis.withdrawn).toBe(1);
    const beats = redis.announcements.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(redis.announcements).toHaveLength(beats);
  });

  test('that is stopped is not talked back in by an operator', async () => {
    join();
    await member.announceLeaving();
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(admission.isStaying).toBe(false);
  });

  test('leaves when Redis is away, too', async () => {
    join();
    redis.away = true;
    await member.announceLeaving();
    await member.leave();
    expect(logged.at(-1)).toContain('until the announcement ends');
  });
});

test('the table of nodes says what each does', () => {
  member = { announceLeaving: async () => {}, leave: async () => {} };
  const node = (id: string, about: Partial<Announcement>, drainWished = false) => ({
    id,
    drainWished,
    announcement: {
      sub: id,
      url: `http://${id}:8788`,
      capacity: 16,
      in_flight: 0,
      queue: 0,
      model_version: 'm1',
      draining: false,
      ...about,
    },
  });
  const table = describePool([
    node('a', { in_flight: 3 }),
    node('b', { draining: true, in_flight: 1 }, true),
    node('long-name', { draining: true }),
    node('d', {}, true),
  ]);
  expect(table.split('\n')).toEqual([
    'NODE       ADDRESS                STATE           IN FLIGHT  QUEUE  MODELS',
    'a          http://a:8788          up              3/16       0      m1',
    'b          http://b:8788          draining        1/16       0      m1',
    'long-name  http://long-name:8788  drained         0/16       0      m1',
    'd          http://d:8788          asked to drain  0/16       0      m1',
  ]);
  expect(describePool([])).toContain('No node announces itself');
});
