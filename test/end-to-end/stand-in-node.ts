/** The wire side of a node: it counts and answers after a while, and reads nothing. For what is about the edge alone. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StandInNode {
  readonly url: string;
  /** Targets of the OCR requests taken in, in order. */
  readonly received: readonly string[];
  /** How long an image takes. */
  delayMs: number;
  /** Status of the answers; other than 200 they are failures. */
  status: number;
  stop(): Promise<void>;
}

const MODEL_VERSION = 'stand-in-1';

/** As many as a receipt has, so that answers have the size of real ones: about 20 KB. */
const LINES = Array.from({ length: 30 }, (_, row) => {
  const polygon = [
    [10, row],
    [90, row],
    [90, row + 1],
    [10, row + 1],
  ];
  const word = { text: 'SILICON', confidence: 0.9876, polygon };
  return {
    text: 'SILICON MASKING TAPE 12.50',
    confidence: 0.9876,
    polygon,
    page: 0,
    row,
    words: [word, word, word, word],
  };
});

/** On a free port of this machine. */
export async function startStandInNode(): Promise<StandInNode> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const node = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    delayMs: 0,
    status: 200,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return node;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '';
    if (target === '/ready') return send(response, 200, { ready: true, model_version: MODEL_VERSION });
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).byteLength;
    if (request.method !== 'POST') return send(response, 404, failure('NOT_FOUND'));
    received.push(target);
    const id = `${received.length}`.padStart(12, '0');
    await sleep(node.delayMs);
    if (node.status !== 200) return send(response, node.status, failure('MODEL_ERROR'));
    const data = { id: `00000000-0000-4000-8000-${id}`, text: `${bytes} bytes`, lines: LINES, cache: 'miss' };
    send(response, 200, { success: true, data });
  }
}

function failure(code: string) {
  const details = { suggestion: 'Try again.', retryable: true, request_id: 'stand-in' };
  return { success: false, error: { code, message: 'as the test asked', details } };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-model-version': MODEL_VERSION });
  response.end(JSON.stringify(body));
}
