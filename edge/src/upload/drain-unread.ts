import type { MiddlewareHandler } from 'hono';
import { drainBody } from './drain.ts';

/** Whatever refused the request before its body was touched, the client gets to see the answer. See `drainBody`. */
export const drainUnread: MiddlewareHandler = async (c, next) => {
  await next();
  const { body, bodyUsed } = c.req.raw;
  if (body && !bodyUsed && !body.locked) await drainBody(body);
};
