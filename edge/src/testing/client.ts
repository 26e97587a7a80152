import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { ErrorEnvelope } from '@edge-ocr/shared/errors';
import { SignJWT } from 'jose';
import worker from '../worker.ts';
import type { StandInNode } from './stand-in-node.ts';

export const SHOP = '5f0c2f4e-8a55-4a6e-9c3e-0d6a5a1f0001';
export const ORIGIN = 'https://edge.test';

export interface TokenParts {
  user?: string;
  shop?: string;
  scope?: string;
  issuer?: string;
  audience?: string;
  secret?: string;
  /** Seconds since the epoch; null leaves `exp` out. */
  expires?: number | null;
  claims?: Record<string, unknown>;
}

/** An access token as the shop's identity provider would make it, or a spoilt one. */
export async function accessToken(parts: TokenParts = {}): Promise<string> {
  const jwt = new SignJWT({
    sub: parts.user ?? crypto.randomUUID(),
    shop_id: parts.shop ?? crypto.randomUUID(),
    scope: parts.scope ?? 'ocr:read ocr:write',
    ...parts.claims,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(parts.issuer ?? 'edge-ocr')
    .setAudience(parts.audience ?? 'edge-ocr');
  if (parts.expires !== null) jwt.setExpirationTime(parts.expires ?? Math.floor(Date.now() / 1000) + 600);
  return await jwt.sign(new TextEncoder().encode(parts.secret ?? env.JWT_SECRET));
}

export interface SendOptions {
  readonly node?: StandInNode;
  /** Replaces variables of the Worker. */
  readonly vars?: Record<string, unknown>;
  /** All bindings, in the place of the usual ones: the same object is the same isolate to the Worker. */
  readonly bindings?: object;
}

/** Runs the Worker on one request and waits for what it does after answering. */
export async function send(request: Request, { node, vars, bindings: given }: SendOptions = {}): Promise<Response> {
  const ctx = createExecutionContext();
  const bindings = (given as typeof env) ?? { ...env, ...(node && { NODE_URLS: node.url }), ...vars };
  const response = await worker.fetch(request, bindings, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

export interface ImagePost {
  readonly token?: string;
  readonly image?: BodyInit;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

/** A bare-file request to be read; one of bytes says how many, as one from a network does. */
export async function postImage(post: ImagePost = {}): Promise<Request> {
  const body = post.image ?? jpeg();
  return new Request(`${ORIGIN}/api/v1/ocr/process${post.query ?? ''}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${post.token ?? (await accessToken())}`,
      'Content-Type': 'image/jpeg',
      ...(body instanceof Uint8Array && { 'Content-Length': String(body.byteLength) }),
      ...post.headers,
    },
    body,
  });
}

/** A multipart request to be read. */
export async function postForm(fields: Record<string, string | File> | FormData, token?: string): Promise<Request> {
  let form = new FormData();
  if (fields instanceof FormData) form = fields;
  else for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return new Request(`${ORIGIN}/api/v1/ocr/process`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token ?? (await accessToken())}` },
    body: form,
  });
}

/** Bytes that begin like a JPEG and are the same in no two calls. */
export function jpeg(size = 64): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set([0xff, 0xd8, 0xff, 0xe0]);
  crypto.getRandomValues(bytes.subarray(4, Math.min(size, 36)));
  return bytes;
}

/** A GET request, open or with a token. */
export function get(path: string, token?: string, headers: Record<string, string> = {}): Request {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new Request(ORIGIN + path, { headers: { ...authorization, ...headers } });
}

/** The error of a failed answer, with its status. */
export async function errorOf(response: Response): Promise<{ status: number } & ErrorEnvelope['error']> {
  const envelope = await response.json<ErrorEnvelope>();
  if (envelope.success !== false) throw new Error(`not an error: ${response.status}`);
  return { status: response.status, ...envelope.error };
}

/** The data of a successful answer. */
export async function dataOf(response: Response): Promise<Record<string, unknown>> {
  const envelope = await response.json<{ success: boolean; data: Record<string, unknown>; error?: unknown }>();
  if (!envelope.success) throw new Error(`not a success: ${JSON.stringify(envelope)}`);
  return envelope.data;
}
