/** An HTTP proxy that loses, delays and refuses requests and answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ErrorCode } from '@edge-ocr/shared/errors';

export type Fault =
  /** The connection breaks before the service has heard anything. */
  | { readonly kind: 'reset before' }
  /** The service has done it, and the answer is lost. */
  | { readonly kind: 'reset after' }
  | { readonly kind: 'refuse before'; readonly status: number; readonly code: ErrorCode }
  /** Something on the way answers in the place of the service, which has done it. */
  | { readonly kind: 'refuse after'; readonly status: number; readonly code: ErrorCode };

export interface Route {
  readonly target: string;
  /** What this request meets; null: nothing. */
  readonly fault: () => Fault | null;
  /** Headers in the place of the client's own. */
  readonly authorize?: (method: string, target: string, body: Uint8Array) => string;
}

export interface FaultProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param routeOf by the token that a client sends. @param onAnswer told of the status of what the service answered. */
export async function startFaultProxy(
  routeOf: (token: string) => Route,
  onAnswer: (status: number) => void = () => {},
): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    pass(request, response, { routeOf, onAnswer }).catch(() => response.destroy());
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

interface Passing {
  readonly routeOf: (token: string) => Route;
  readonly onAnswer: (status: number) => void;
}

async function pass(request: IncomingMessage, response: ServerResponse, { routeOf, onAnswer }: Passing) {
  const body = await buffer(request);
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const { target, fault: nextFault, authorize } = routeOf(token);
  const fault = nextFault();
  if (fault?.kind === 'reset before') return void response.destroy();
  if (fault?.kind === 'refuse before') return refuse(response, fault);
  const { method = 'GET', url = '/', headers } = request;
  const own = authorize && { authorization: `Bearer ${authorize(method, url, body)}` };
  const forwarded = send(target + url, { method, headers: { ...headers, ...own } });
  forwarded.end(body);
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
  const text = await buffer(answer);
  onAnswer(answer.statusCode ?? 0);
  if (fault?.kind === 'reset after') return void response.destroy();
  if (fault?.kind === 'refuse after') return refuse(response, fault);
  response.writeHead(answer.statusCode ?? 502, answer.headers).end(text);
}

function refuse(response: ServerResponse, { status, code }: { status: number; code: ErrorCode }): void {
  const details = { suggestion: 'Try again.', retryable: true, request_id: 'proxy' };
  const error = { code, message: 'as the test asked', details };
  response
    .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' })
    .end(JSON.stringify({ success: false, error }));
}
