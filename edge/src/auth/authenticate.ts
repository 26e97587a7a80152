import { hasScope, type Scope } from '@edge-ocr/shared/access';
import { OcrError } from '@edge-ocr/shared/errors';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../env.ts';
import { verifyAccessToken } from './verify-access-token.ts';

const CHALLENGE = 'Bearer realm="edge-ocr"';

/** Lets in who has a valid access token and sets `principal` and `accessExpiresAt`. Failures carry the challenge of RFC 6750. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const header = c.req.header('authorization');
  if (!header) {
    c.get('answerHeaders').set('WWW-Authenticate', CHALLENGE);
    throw new OcrError('UNAUTHORIZED', { message: 'The access token is missing' });
  }
  try {
    const verifying = verifyAccessToken(bearerToken(header), c.get('config').access);
    const { principal, expiresAt } = await c.get('timing').measure('auth', verifying);
    c.set('principal', principal);
    c.set('accessExpiresAt', expiresAt);
  } catch (error) {
    if (error instanceof OcrError) {
      const challenge = `${CHALLENGE}, error="invalid_token", error_description="${error.message}"`;
      c.get('answerHeaders').set('WWW-Authenticate', challenge);
    }
    throw error;
  }
  await next();
};

/** Lets on who holds `scope`. Runs after `authenticate`. */
export function allow(scope: Scope): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!hasScope(c.get('principal'), scope)) {
      c.get('answerHeaders').set('WWW-Authenticate', `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`);
      throw new OcrError('FORBIDDEN', {
        message: `The token lacks the scope ${scope}`,
        details: { required_scope: scope },
      });
    }
    await next();
  };
}

function bearerToken(header: string): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  if (!token) throw new OcrError('UNAUTHORIZED', { message: 'The Authorization header holds no bearer token' });
  return token;
}
