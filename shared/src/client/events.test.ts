import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EventMessage } from '../contract/events.ts';
import { OcrClient } from './ocr-client.ts';
import { fails, type ScriptedServer, startScriptedServer } from './scripted-server.fixture.ts';
import { EventParser } from './server-sent-events.ts';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server?.stop());
beforeEach(() => {
  server.asked.length = 0;
});

const JOB = '00000000-0000-4000-8000-000000000001';
const cancelled = (id: string) => ({ event: 'job_cancelled', job_id: JOB, id });

function stream(...texts: string[]) {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of texts) response.write(text);
  };
}
const told = (message: object) => `data: ${JSON.stringify(message)}\n\n`;

function clientOf(silenceMs = 10_000) {
  const events = { via: 'fetch', silenceMs, reconnectMs: 1, reconnectMaxMs: 5 } as const;
  return new OcrClient({ baseUrl: server.url, token: 't', events });
}

async function first(count: number, client = clientOf(), query = {}): Promise<EventMessage[]> {
  const aborter = new AbortController();
  const heard: EventMessage[] = [];
  for await (const message of client.events(query, { signal: aborter.signal })) {
    heard.push(message);
    if (heard.length === count) aborter.abort();
  }
  return heard;
}

test('what comes twice is told once, and a lost connection is resumed where it ended', async () => {
  server.script = [
    (response) => {
      stream(told({ event: 'position', id: '1-0' }), told(cancelled('1-1')))(response);
      setTimeout(() => response.destroy(), 20);
    },
    fails(503, 'OVERLOADED'),
    (response) => {
      stream(told({ event: 'reset', id: '1-1' }), told(cancelled('1-1')), ': \nid: 7-0\n\n')(response);
      setTimeout(() => response.end(), 20);
    },
    stream(told(cancelled('7-1'))),
  ];
  const heard = await first(4, clientOf(), { jobId: JOB, since: '0-0' });
  expect(heard.map(({ event, id }) => `${event} ${id}`)).toEqual([
    'position 1-0',
    'job_cancelled 1-1',
    'reset 1-1',
    'job_cancelled 7-1',
  ]);
  expect(server.asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('since'))).toEqual([
    '0-0',
    '1-1',
    '1-1',
    '7-0',
  ]);
  expect(server.asked.every(({ path }) => path.includes(`job_id=${JOB}`))).toBe(true);
});

test('a connection on which nothing comes is given up', async () => {
  server.script = [stream(told(cancelled('1-1'))), stream(told(cancelled('1-2')))];
  expect((await first(2, clientOf(50))).map(({ id }) => id)).toEqual(['1-1', '1-2']);
});

test('what will not go better ends it with the error, and an abort without one', async () => {
  server.script = [fails(403, 'FORBIDDEN')];
  await expect(first(1)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const none: EventMessage[] = [];
  for await (const message of clientOf().events({}, { signal: AbortSignal.abort() })) none.push(message);
  expect(none).toEqual([]);
  expect(server.asked).toHaveLength(1);
});

test('events are found however the stream is cut', () => {
  const whole = 'retry: 5\r\n\r\nid: 1-1\revent: x\rdata: {"a":\rdata: "ü"}\r\rid: 2\n: sign\n\ndata\n\n';
  const events = (pieces: readonly string[]) => {
    const parser = new EventParser();
    return pieces.flatMap((piece) => parser.push(piece)).filter(({ id, data }) => id !== undefined || data !== null);
  };
  const expected = [
    { id: '1-1', data: '{"a":\n"ü"}' },
    { id: '2', data: null },
    { id: undefined, data: '' },
  ];
  for (let at = 0; at <= whole.length; at++) expect(events([whole.slice(0, at), whole.slice(at)])).toEqual(expected);
  expect(events([...whole])).toEqual(expected);
});
