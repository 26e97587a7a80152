/** `npm run redis`: an Upstash-compatible REST server in front of the Redis at REDIS_URL, until Ctrl-C. */

import { startRestServer } from './rest-server.ts';
import { parseServeSettings } from './serve-settings.ts';

try {
  const settings = parseServeSettings(process.env);
  const server = await startRestServer(settings);
  console.log(`Upstash-compatible REST in front of ${withoutPassword(settings.redisUrl)}`);
  console.log(`UPSTASH_REDIS_REST_URL=${server.url}`);
  console.log('UPSTASH_REDIS_REST_TOKEN is the one of this command. Ctrl-C ends it.');
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // npm passes on a signal that the terminal has sent too: the second is not a second wish.
      if (stopping) return;
      stopping = true;
      server.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(explain(error as Error & { code?: string }));
  process.exit(1);
}

function withoutPassword(redisUrl: string): string {
  const { protocol, host } = new URL(redisUrl);
  return `${protocol}//${host}`;
}

function explain(error: Error & { code?: string }): string {
  if (error.name === 'RedisAwayError')
    return `${error.message}. Start one (redis-server), or set REDIS_URL to where yours is, such as redis://127.0.0.1:6379`;
  if (error.code === 'EADDRINUSE') return `${error.message}. Set REDIS_REST_PORT to another port`;
  return error.message;
}
