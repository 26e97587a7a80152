import type { FastifyInstance } from 'fastify';

/**
 * Closes a server whose requests have ended. Node itself would wait a minute for connections that somebody opened and never
 * used; answers that are still on their way have `graceMs`.
 */
export async function closeServer(app: FastifyInstance, graceMs: number): Promise<void> {
  const cutting = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cutting);
  }
}
