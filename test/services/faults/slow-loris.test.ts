import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import {
  expectNothingLost,
  type FaultySystem,
  isFailed,
  LIMIT_MS,
  startFaultySystem,
  startLoad,
  tell,
} from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const SLOW_CLIENTS = 100;
/** A byte of each slow client comes so often: never long enough apart for an idle connection. */
const DRIP_MS = 400;
/** The node's REQUEST_TIMEOUT_MS, and the time between its looks. */
const NODE_CUTS_MS = 30_000 + 5000;
const SLACK_MS = 15_000;
/** Longer than elsewhere: that others are served is the point, and not how soon. */
const DEADLINE_MS = 25_000;

/** Sends a head, and what follows byte by byte, until the other side has had enough. */
interface Drip {
  readonly socket: Socket;
  /** What was answered, once the connection is over or `milliseconds` have passed. */
  ended(milliseconds: number): Promise<{ readonly over: boolean; readonly said: string }>;
}

async function drip(url: string, head: string): Promise<Drip> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const said: string[] = [];
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (text: string) => said.push(text));
  await once(socket, 'connect');
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), DRIP_MS);
  let over = false;
  const closed = new Promise<void>((resolve) => {
    for (const end of ['close', 'end'] as const) {
      socket.once(end, () => {
        over = true;
        clearInterval(timer);
        resolve();
      });
    }
  });
  return {
    socket,
    async ended(milliseconds) {
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
      return { over, said: said.join('') };
    },
  };
}

describe.skipIf(!serverUrl)('clients that send a byte now and then', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let system: FaultySystem;
  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    system = await startFaultySystem({
      databaseUrl: scratch.url,
      nodes: ['a'],
      edgeVars: { REQUEST_DEADLINE_MS: String(DEADLINE_MS) },
    });
  });
  afterAll(async () => {
    await system?.stop();
    await scratch?.drop();
  });

  const bodyHead = (authorization: string) =>
    `POST /api/v1/ocr/process?type=receipt HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
    'Content-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n';
  const headersHead = 'POST /api/v1/ocr/process HTTP/1.1\r\nHost: x\r\nX-Slow: ';

  /** While `slow` clients drip, others are served as ever. */
  async function expectOthersUnaffected(): Promise<void> {
    const load = await startLoad(system);
    await load.until(40);
    const samples = await load.end();
    tell('beside slow clients', samples);
    expect(samples.filter(isFailed)).toEqual([]);
    await expectNothingLost(scratch.db, samples);
  }

  it('are cut off by the node, in their headers and in their body, and hinder nobody', async () => {
    const { url } = [...system.nodes.values()][0]!;
    const heads = [headersHead, bodyHead('Bearer none')];
    const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, (_, i) => drip(url, heads[i % 2]!)));
    await expectOthersUnaffected();
    const ends = await Promise.all(slow.map((client) => client.ended(NODE_CUTS_MS + SLACK_MS)));
    expect(ends.filter(({ over }) => !over)).toEqual([]);
  });

  it('are answered by the edge at the deadline while their body drips, and hinder nobody', async () => {
    const authorization = system.clients[0]!.authorize('POST', '/', Buffer.alloc(0));
    const began = Date.now();
    const slow = await Promise.all(
      Array.from({ length: SLOW_CLIENTS }, () => drip(system.edge.url, bodyHead(authorization))),
    );
    await expectOthersUnaffected();
    const ends = await Promise.all(slow.map((client) => client.ended(DEADLINE_MS + SLACK_MS)));
    const answered = ends.filter(({ said }) => /^HTTP\/1\.1 (408|503) /.test(said));
    expect(ends.filter((end) => !answered.includes(end))).toEqual([]);
    expect(Date.now() - began).toBeLessThan(DEADLINE_MS + 2 * SLACK_MS);
    for (const { socket } of slow) socket.destroy();
    await expectOthersUnaffected();
  });
});
