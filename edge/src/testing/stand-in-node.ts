import { env } from 'cloudflare:workers';
import { OcrError } from '@edge-ocr/shared/errors';
import {
  EMPTY_BODY_SHA256,
  INTERNAL_TOKEN_ALGORITHM,
  INTERNAL_TOKEN_AUDIENCE,
  INTERNAL_TOKEN_ISSUER,
  type InternalClaims,
  internalClaimsSchema,
} from '@edge-ocr/shared/internal';
import { jwtVerify } from 'jose';
import { vi } from 'vitest';
import { sha256Hex } from '../digest.ts';
import { captureLog } from './capture-log.ts';

export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly claims: InternalClaims;
}

type Responder = (received: Received) => Response | Promise<Response>;

/**
 * A node's side of the wire, in place of the network: it takes a request only with a token that is bound to it,
 * as a real node does. Every one has its own address, so nothing learnt about one is believed of another.
 */
export class StandInNode {
  readonly url = `http://node-${crypto.randomUUID()}.test`;
  readonly received: Received[] = [];
  modelVersion = 'models-1';
  /** How it meets a request: 'down' refuses the connection, 'hung' never answers. */
  state: 'up' | 'down' | 'hung' = 'up';
  probes = 0;
  /** Replaces the answer to what is not a probe. */
  respond: Responder = (received) => this.result(received.body);

  async handle(request: Request): Promise<Response> {
    if (this.state === 'down') throw new TypeError('connection refused');
    if (this.state === 'hung') return await untilAborted(request.signal);
    const { pathname, search } = new URL(request.url);
    if (pathname === '/ready') {
      this.probes++;
      return Response.json({ ready: true, model_version: this.modelVersion });
    }
    if (pathname === '/api/v1/health') return Response.json({ success: true, data: { status: 'healthy' } });
    const body = new Uint8Array(await request.arrayBuffer());
    const received = { method: request.method, target: pathname + search, headers: request.headers, body };
    const claims = await verifyInternalToken(received);
    if (!claims) return this.failure(new OcrError('UNAUTHORIZED', { message: 'internal token refused' }));
    this.received.push({ ...received, claims });
    return await this.respond({ ...received, claims });
  }

  /** A result about `body`, other in every call, as a real one's times and id are. */
  result(body: Uint8Array): Response {
    const data = {
      id: crypto.randomUUID(),
      text: `${body.byteLength} bytes`,
      processing_time_ms: Math.random() * 100,
      model_version: this.modelVersion,
      cache: 'miss',
      duplicate_of: null,
    };
    return Response.json({ success: true, data }, { headers: { 'x-model-version': this.modelVersion } });
  }

  failure(error: OcrError, headers: Record<string, string> = {}): Response {
    return Response.json(error.toEnvelope('the-node-side-id'), {
      status: error.status,
      headers: { 'x-model-version': this.modelVersion, ...headers },
    });
  }
}

/** What a test begins with: nothing mocked by the one before, a quiet log, and one node in place of the network. */
export function freshNode(): StandInNode {
  vi.restoreAllMocks();
  captureLog();
  const node = new StandInNode();
  standIn(node);
  return node;
}

/** Gives the Worker these nodes in place of the network; any other address is an error. */
export function standIn(...nodes: StandInNode[]): void {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const node = nodes.find(({ url }) => url === new URL(request.url).origin);
    if (!node) throw new Error(`no such address in this test: ${new URL(request.url).origin}`);
    return await node.handle(request);
  });
}

async function verifyInternalToken(request: Omit<Received, 'claims'>): Promise<InternalClaims | null> {
  const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
  const { payload } = await jwtVerify(token, new TextEncoder().encode(env.INTERNAL_SECRET), {
    algorithms: [INTERNAL_TOKEN_ALGORITHM],
    issuer: INTERNAL_TOKEN_ISSUER,
    audience: INTERNAL_TOKEN_AUDIENCE,
    requiredClaims: ['exp'],
  });
  const claims = internalClaimsSchema.parse(payload);
  const bodySha256 = request.body.byteLength === 0 ? EMPTY_BODY_SHA256 : await sha256Hex(request.body);
  const bound =
    claims.method === request.method && claims.target === request.target && claims.body_sha256 === bodySha256;
  return bound ? claims : null;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
