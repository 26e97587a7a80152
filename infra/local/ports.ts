import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Refuse a port that somebody listens on, before anything is started that would have to be stopped again.
 * @param variable that sets the port, for the message.
 * @throws Error
 */
export async function requireFreePort(variable: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} is in use already; stop what uses it, or set ${variable} to another`, { cause });
  }
  probe.close();
  await once(probe, 'close');
}
