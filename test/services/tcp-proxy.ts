/** A TCP connection to a service that a test can take away, without troubling the other tests that use the service. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** up: passes bytes on; hung: takes connections and says nothing; gone: breaks and refuses them. */
  become(state: 'up' | 'hung' | 'gone'): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** @param target such as redis://127.0.0.1:6379 */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let state: 'up' | 'hung' | 'gone' = 'gone';
  let port = 0;
  const server = createServer((near) => {
    const far = connect(Number(targetPort), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (bytes) => state === 'up' && far.write(bytes));
    far.on('data', (bytes) => state === 'up' && near.write(bytes));
  });
  const become = async (next: typeof state) => {
    state = next;
    if (next === 'gone' && server.listening) {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    } else if (next !== 'gone' && !server.listening) {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as { port: number }).port;
    }
  };
  await become('up');
  return { port, become, stop: () => become('gone') };
}
