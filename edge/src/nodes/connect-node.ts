import { OcrError } from '@edge-ocr/shared/errors';
import { log } from '../log.ts';
import { type Outcome, outcomeOf } from './attempt.ts';
import { learn, replyOf } from './call-node.ts';
import { chooseNode } from './choose-node.ts';
import { fetchNode } from './fetch-node.ts';
import { healthOf } from './node-health.ts';
import { probeDueNodes } from './probe-node.ts';
import { dataOf } from './read-reply.ts';
import { knownNodes, type PoolConfig } from './registry.ts';

export interface Connecting {
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorize: () => Promise<string>;
  /** For the beginning of the answer, in milliseconds since the epoch; what follows may take as long as it likes. */
  readonly deadline: number;
}

const MAX_NODES = 2;

/**
 * Opens a stream at a node, or at another one when the first cannot be reached or takes no more.
 * @returns its answer, whose body or WebSocket is open.
 * @throws OcrError as a node gave it; NETWORK_ERROR, TIMEOUT
 */
export async function connectNode(config: PoolConfig, connecting: Connecting): Promise<Response> {
  const nodes = await knownNodes(config);
  probeDueNodes(nodes, config);
  const tried: string[] = [];
  const outcomes: Outcome[] = [];
  while (tried.length < MAX_NODES) {
    const node = chooseNode(nodes, tried);
    if (!node) break;
    tried.push(node.url);
    const outcome = await connect(node.url, connecting);
    if (outcome instanceof Response) {
      healthOf(node.url).succeeded();
      return outcome;
    }
    learn(node.url, outcome, config);
    outcomes.push(outcome);
    if (outcome.kind !== 'refused' && outcome.kind !== 'failed') break;
    log('warn', 'node_not_connected', { node: node.url, outcome: outcome.kind });
  }
  if (outcomes.length === 0) throw new OcrError('NETWORK_ERROR', { cause: new Error('No node is known') });
  dataOf(replyOf(outcomes));
  throw new OcrError('NETWORK_ERROR', { cause: new Error('The node answered with something else than a stream') });
}

async function connect(
  node: string,
  { target, headers, authorize, deadline }: Connecting,
): Promise<Response | Outcome> {
  // Not AbortSignal.timeout, which would end the stream itself at the deadline.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), Math.max(1, deadline - Date.now()));
  try {
    const response = await fetchNode(node + target, {
      headers: { ...headers, Authorization: await authorize() },
      redirect: 'manual',
      signal: late.signal,
    });
    return isStream(response) ? response : await outcomeOf(response);
  } catch (cause) {
    if (late.signal.aborted) return { kind: 'aborted', cause };
    return { kind: 'failed', reply: null, cause, mayHaveWorked: false };
  } finally {
    clearTimeout(timer);
  }
}

function isStream(response: Response): boolean {
  if (response.webSocket) return true;
  return response.status === 200 && (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
}
