/** For tests: a server that answers what the test says, one answer a request, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Answering = (response: ServerResponse, asked: Asked) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly asked: Asked[];
  /** What comes next; the last goes on being given. */
  script: Answering[];
  stop(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const asked = { method, path: url, headers, body };
      scripted.asked.push(asked);
      const next = scripted.script.length > 1 ? scripted.script.shift() : scripted.script[0];
      next?.(response, asked);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    script: [],
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return scripted;
}

export const breaks: Answering = (response) => void response.destroy();
export const hangs: Answering = () => {};

export function succeeds(data: unknown, status = 200): Answering {
  return (response) => void json(response, status, { success: true, data });
}

export function fails(status: number, code: string, more: { retryAfter?: string; details?: object } = {}): Answering {
  const retryable = status === 408 || status === 429 || status >= 500;
  const details = { suggestion: 'As the test says.', retryable, request_id: 'r', ...more.details };
  return (response) => {
    if (more.retryAfter) response.setHeader('retry-after', more.retryAfter);
    json(response, status, { success: false, error: { code, message: code, details } });
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
