import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

export interface WebServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves a handler of web requests, as frameworks do with route handlers. On a free port of this machine. */
export async function serveWeb(handle: (request: Request) => Promise<Response>): Promise<WebServer> {
  const server = createServer((incoming, outgoing) => {
    handle(requestOf(incoming))
      .then((response) => send(response, outgoing))
      .catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const init = { method, headers: headers as Record<string, string> };
  const address = new URL(url, 'http://localhost');
  if (method === 'GET') return new Request(address, init);
  return new Request(address, { ...init, body: Readable.toWeb(incoming), duplex: 'half' });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of response.body ?? []) outgoing.write(chunk);
  outgoing.end();
}
