import { Agent, request } from 'node:http';

export interface Target {
  readonly url: string;
  readonly method: 'POST' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

/** So many clients, each of which sends its next request when the last is answered, for so long. */
export async function loadFor(target: Target, clients: number, milliseconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const started = performance.now();
  const client = async () => {
    while (performance.now() - started < milliseconds) {
      const sent = performance.now();
      await send(target, agent);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { perSecond: latencies.length / seconds, latencies };
}

/** node:http rather than fetch: the client shares the machine with what is measured. @throws Error unless the answer is 200. */
function send({ url, method, headers, body }: Target, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': body.byteLength } : {};
    const sending = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
      response.on('error', reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}
