/**
 * Sends requests at the moments at which they are to arrive, however long the answers to those before take. A request
 * that finds no free socket waits for one, and that wait counts: its latency runs from the moment at which it was to
 * arrive. So a server that stalls is charged for everybody who came meanwhile, and not for one request (coordinated
 * omission). autocannon cannot do this: each of its connections sends when its last answer has come.
 */
import { Agent, type IncomingMessage, type RequestOptions, request as requestOverHttp } from 'node:http';

export interface LoadRequest {
  /** What it stands for; figures are told by kind. */
  readonly kind: string;
  readonly method: 'GET' | 'POST';
  /** Absolute, http:. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are no error for this kind. */
  readonly expected: readonly number[];
  /** SHA-256 of the image, for who looks up what became of it. */
  readonly sha256?: string;
}

export interface Sample {
  readonly kind: string;
  /** When it was to arrive, in milliseconds from the start. */
  readonly arrivedAtMs: number;
  /** From then until the last byte of the answer. */
  readonly latencyMs: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly isExpected: boolean;
  /** null for what was expected; else the code of the API's catalogue, or what the network said. */
  readonly error: string | null;
  readonly sha256: string | undefined;
  /** `data.id` of a result, `data.job_id` of a job. */
  readonly id: string | null;
}

export interface OpenLoopOptions {
  readonly arrivals: readonly number[];
  /** The request that arrives as number `index`. */
  readonly requestOf: (index: number) => LoadRequest;
  /** Connections at most. */
  readonly maxSockets: number;
  /** From a request's arrival until it is given up as an error. */
  readonly timeoutMs: number;
  /** Told of each answer as it comes. */
  readonly onSample?: (sample: Sample) => void;
  /** Ends the run early: what has not arrived by then is not sent, what is on its way is waited for. */
  readonly signal?: AbortSignal;
}

export interface OpenLoopRun {
  /** In the order of arrival. */
  readonly samples: readonly Sample[];
  /** By how much the latest was sent after it was to arrive, for want of time of the generator itself, in milliseconds. */
  readonly generatorLagMs: number;
  readonly seconds: number;
}

const MAX_TICK_MS = 50;

export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopRun> {
  const { arrivals, requestOf, maxSockets, timeoutMs, signal } = options;
  const agent = new Agent({ keepAlive: true, maxSockets, scheduling: 'fifo' });
  const started = performance.now();
  const pending: Promise<Sample>[] = [];
  let generatorLagMs = 0;
  const sendDue = () => {
    const now = performance.now() - started;
    while (pending.length < arrivals.length && arrivals[pending.length]! <= now) {
      const arrivedAtMs = arrivals[pending.length]!;
      generatorLagMs = Math.max(generatorLagMs, now - arrivedAtMs);
      const sending = send(requestOf(pending.length), { agent, timeoutMs, started, arrivedAtMs });
      pending.push(options.onSample ? sending.then(told(options.onSample)) : sending);
    }
  };
  while (pending.length < arrivals.length && !signal?.aborted) {
    const wait = arrivals[pending.length]! - (performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, Math.min(MAX_TICK_MS, Math.max(0, wait))));
    if (!signal?.aborted) sendDue();
  }
  const samples = await Promise.all(pending);
  agent.destroy();
  return { samples, generatorLagMs, seconds: (performance.now() - started) / 1000 };
}

function told(tell: (sample: Sample) => void): (sample: Sample) => Sample {
  return (sample) => {
    tell(sample);
    return sample;
  };
}

interface Sending {
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly started: number;
  readonly arrivedAtMs: number;
}

/** Never rejects: that there was no answer is what came of it. */
async function send(load: LoadRequest, { agent, timeoutMs, started, arrivedAtMs }: Sending): Promise<Sample> {
  const outcome = await exchange(load, agent, started + arrivedAtMs + timeoutMs - performance.now()).catch(
    (error: Error) => ({ status: 0, text: '', networkError: networkErrorOf(error) }),
  );
  const { status, text } = outcome;
  const isExpected = load.expected.includes(status);
  const envelope = parse(text);
  const error = isExpected
    ? null
    : 'networkError' in outcome
      ? outcome.networkError
      : (envelope.error?.code ?? `status ${status}`);
  const id = envelope.data?.job_id ?? envelope.data?.id ?? null;
  const latencyMs = performance.now() - started - arrivedAtMs;
  return { kind: load.kind, arrivedAtMs, latencyMs, status, isExpected, error, sha256: load.sha256, id };
}

async function exchange(
  load: LoadRequest,
  agent: Agent,
  remainingMs: number,
): Promise<{ status: number; text: string }> {
  const { method, headers, body } = load;
  const length = body ? { 'content-length': String(body.byteLength) } : {};
  const options: RequestOptions = {
    method,
    agent,
    headers: { ...headers, ...length },
    signal: AbortSignal.timeout(Math.max(1, Math.ceil(remainingMs))),
  };
  return new Promise((resolve, reject) => {
    const request = requestOverHttp(load.url, options, (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

interface Envelope {
  readonly data?: { readonly id?: string; readonly job_id?: string };
  readonly error?: { readonly code?: string };
}

function parse(text: string): Envelope {
  try {
    return (JSON.parse(text) ?? {}) as Envelope;
  } catch {
    return {};
  }
}

function networkErrorOf(error: Error & { code?: unknown }): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  return typeof error.code === 'string' ? error.code : error.name;
}
