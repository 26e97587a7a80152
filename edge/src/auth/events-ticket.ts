/**
 * Tickets for the event stream. Browsers send no headers with a WebSocket or an EventSource, and an address is written
 * into logs and histories: so what stands there opens this one stream, once, within a minute.
 */
import { accessClaimsSchema, type Principal, principalOf } from '@edge-ocr/shared/access';
import { REDIS_PREFIX } from '@edge-ocr/shared/cache/answer-key';
import { EVENTS_TICKET_SECONDS } from '@edge-ocr/shared/contract/events';
import { OcrError } from '@edge-ocr/shared/errors';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { causeOf, log } from '../log.ts';
import { withRedis } from '../redis.ts';
import type { Verified } from './verified-tokens.ts';
import { verifyWithSecrets } from './verify-with-secrets.ts';

const ISSUER = 'edge-ocr/edge';
/** What a ticket is good for, and nothing else: neither nodes nor other routes take it. */
const AUDIENCE = 'edge-ocr/events';
/** Of one isolate; each is forgotten when it has expired anyway. */
const MAX_USED = 10_000;

const ticketSchema = accessClaimsSchema.extend({
  jti: z.uuid(),
  exp: z.int(),
  /** When the access token expires that it was got with, in milliseconds since the epoch. */
  access_expires_at: z.number(),
});

export async function signTicket(principal: Principal, accessExpiresAt: number, key: Uint8Array): Promise<string> {
  return await new SignJWT({
    sub: principal.userId,
    shop_id: principal.shopId,
    scope: 'ocr:read',
    access_expires_at: accessExpiresAt,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${EVENTS_TICKET_SECONDS}s`)
    .sign(key);
}

/**
 * Who a ticket was given to. It is used up with this: in all isolates that share a Redis, else in this one.
 * @throws OcrError UNAUTHORIZED
 */
export async function redeemTicket(ticket: string, config: Pick<Config, 'internalKeys' | 'redis'>): Promise<Verified> {
  const { payload } = await verifyWithSecrets(ticket, config.internalKeys, {
    algorithms: ['HS256'],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'jti'],
  }).catch((cause: unknown) => {
    throw refused('is not valid, or has expired', cause);
  });
  const claims = ticketSchema.safeParse(payload);
  if (!claims.success) throw refused('is not valid', claims.error);
  const { jti, exp, access_expires_at } = claims.data;
  if (!useHere(jti, exp * 1000) || !(await useEverywhere(jti, config))) throw refused('was used before');
  return { principal: principalOf(claims.data), expiresAt: access_expires_at };
}

/** Ends of tickets that this isolate has seen, in milliseconds since the epoch. */
const used = new Map<string, number>();

function useHere(jti: string, expiresAt: number): boolean {
  const now = Date.now();
  for (const [known, end] of used) {
    if (end >= now && used.size < MAX_USED) break;
    used.delete(known);
  }
  if (used.has(jti)) return false;
  used.set(jti, expiresAt);
  return true;
}

/** A Redis that is away lets it pass: the ticket is signed, and this isolate knows it. */
async function useEverywhere(jti: string, { redis }: Pick<Config, 'redis'>): Promise<boolean> {
  if (!redis) return true;
  const key = `${REDIS_PREFIX}events-ticket/${jti}`;
  try {
    return (
      (await withRedis(redis, (client) =>
        client.set(key, '1', { nx: true, ex: EVENTS_TICKET_SECONDS }).then((set) => set !== null),
      )) ?? true
    );
  } catch (error) {
    log('warn', 'ticket_not_marked', { cause: causeOf(error).cause });
    return true;
  }
}

function refused(problem: string, cause?: unknown): OcrError {
  return new OcrError('UNAUTHORIZED', {
    message: `The ticket ${problem}`,
    suggestion: 'Get a new ticket with your access token; each opens one stream, within a minute.',
    cause,
  });
}
