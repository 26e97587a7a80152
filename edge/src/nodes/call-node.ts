import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import { causeOf, log } from '../log.ts';
import { attempt, type Outcome } from './attempt.ts';
import { chooseNode } from './choose-node.ts';
import { RecentLatencies } from './latency.ts';
import { healthOf } from './node-health.ts';
import { probeDueNodes } from './probe-node.ts';
import { type KnownNode, knownNodes, type PoolConfig } from './registry.ts';

/** With less than this left a second node could not answer in time. */
const RETRY_MIN_MS = 50;
/** A node that had less than this before the deadline passed is not to blame: a slow upload had used up the time. */
const HANG_MIN_MS = 3000;

export type NodeMethod = 'GET' | 'POST' | 'DELETE';

export interface NodeCall {
  readonly method: NodeMethod;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The `Authorization` header, made anew for each node that is asked: it does not live as long as a deadline may. */
  readonly authorize?: () => Promise<string>;
  readonly body?: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Whether two nodes may do it without a second effect. Only then is a connection that broke a reason to ask another. */
  readonly idempotent: boolean;
  /** Ask a second node, too, when the first takes longer than nearly all did lately. Only for what is idempotent. */
  readonly hedged?: boolean;
}

export interface NodeReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Of this isolate, since its start; in the log beside the events that raise them. */
const counters = { retries: 0, hedges: 0, setAside: 0 };
const hedgedLatencies = new RecentLatencies();

/**
 * Asks a node of the pool, and at most one other: when the first could not be reached, refuses work, or is late and the
 * call is hedged. A node's refusal is returned when no other did better.
 * @throws OcrError NETWORK_ERROR when none was reached or the reply broke off, TIMEOUT when the deadline passed.
 */
export async function callNode(config: PoolConfig, call: NodeCall): Promise<NodeReply> {
  const nodes = await knownNodes(config);
  probeDueNodes(nodes, config);
  const attempts: Attempt[] = [];
  const launch = () => {
    const node = chooseNode(
      nodes,
      attempts.map(({ url }) => url),
    );
    if (node) attempts.push(startAttempt(node, call, config));
    return node !== null;
  };
  if (!launch()) throw new OcrError('NETWORK_ERROR', { cause: new Error('No node is known') });
  const lateness = hedge(config, call);
  let mayHedge = true;
  const outcomes: Outcome[] = [];
  try {
    while (outcomes.length < attempts.length) {
      const pending = attempts.filter(({ outcome }) => outcome === null).map(({ ended }) => ended);
      const outcome = await Promise.race(mayHedge && attempts.length === 1 ? [...pending, lateness.late] : pending);
      if (outcome === 'late') {
        mayHedge = false;
        if (launch()) count('hedges', 'node_hedged', { node: attempts[0]!.url, to: attempts[1]!.url }, call);
        continue;
      }
      outcomes.push(outcome);
      if (!mayAskAnother(outcome, call)) return replyOf([outcome]);
      if (attempts.length === 1 && call.deadline - Date.now() > RETRY_MIN_MS && launch()) {
        const { url } = attempts[0]!;
        count('retries', 'node_retried', { node: url, to: attempts[1]!.url, why: reasonOf(outcome) }, call);
      }
    }
    return replyOf(outcomes);
  } finally {
    lateness.clear();
    for (const { outcome, cancel } of attempts) if (outcome === null) cancel();
  }
}

interface Attempt {
  readonly url: string;
  /** null while it goes on. */
  outcome: Outcome | null;
  readonly ended: Promise<Outcome>;
  cancel(): void;
}

function startAttempt({ url }: KnownNode, call: NodeCall, config: PoolConfig): Attempt {
  const health = healthOf(url);
  const over = health.begin(call.deadline);
  const own = new AbortController();
  const deadline = AbortSignal.timeout(Math.max(1, call.deadline - Date.now()));
  const began = Date.now();
  const started: Attempt = {
    url,
    outcome: null,
    cancel: () => own.abort(),
    ended: attempt(url, call, AbortSignal.any([deadline, own.signal])).then((outcome) => {
      over();
      started.outcome = outcome;
      const isOurDoing = own.signal.aborted || (outcome.kind === 'aborted' && Date.now() - began < HANG_MIN_MS);
      if (!isOurDoing) learn(url, outcome, config);
      if (call.hedged && outcome.kind === 'answered') hedgedLatencies.add(Date.now() - began);
      return outcome;
    }),
  };
  return started;
}

/** Notes what an outcome says of the node. One that let the deadline pass may hang, which is a failure as well. */
export function learn(url: string, outcome: Outcome, { pool }: PoolConfig): void {
  const health = healthOf(url);
  const now = Date.now();
  if (outcome.kind === 'refused') health.refused(now, outcome.busyMs);
  else if (outcome.kind === 'answered' && outcome.reply.status < 500) health.succeeded();
  else {
    const restMs = health.failed(now, pool);
    if (restMs === null) return;
    counters.setAside++;
    log('warn', 'node_set_aside', { node: url, why: reasonOf(outcome), rest_ms: restMs, count: counters.setAside });
  }
}

/** A promise of `late`, once a hedged call takes longer than nearly all did lately; never, for any other call. */
function hedge({ pool }: PoolConfig, call: NodeCall): { late: Promise<'late'>; clear(): void } {
  const usual = call.hedged && call.idempotent ? hedgedLatencies.p95() : null;
  if (usual === null) return { late: new Promise(() => {}), clear() {} };
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), Math.max(usual, pool.hedgeMinDelayMs));
  return { late, clear: () => clearTimeout(timer) };
}

function mayAskAnother(outcome: Outcome, call: NodeCall): boolean {
  if (outcome.kind === 'refused') return true;
  return outcome.kind === 'failed' && (call.idempotent || !outcome.mayHaveWorked);
}

/** The best of the outcomes: an answer, else what a node said of itself. @throws OcrError NETWORK_ERROR, TIMEOUT */
export function replyOf(outcomes: readonly Outcome[]): NodeReply {
  const reply = outcomes
    .map((outcome) => ('reply' in outcome ? outcome.reply : null))
    .findLast((found) => found !== null);
  if (reply) return reply;
  const last = outcomes.at(-1);
  if (last?.kind === 'aborted') throw new OcrError('TIMEOUT', { cause: last.cause });
  // Not the catalogue's, which says that nothing was done: a node may have kept a result before its answer was lost.
  const suggestion = 'Try again in a moment.';
  throw new OcrError('NETWORK_ERROR', { suggestion, cause: last && 'cause' in last ? last.cause : undefined });
}

function reasonOf(outcome: Outcome): string {
  if (outcome.kind === 'refused' || outcome.kind === 'answered') return `status ${outcome.reply.status}`;
  return String(causeOf(outcome.cause).cause);
}

function count(counter: keyof typeof counters, event: string, fields: Record<string, unknown>, call: NodeCall): void {
  counters[counter]++;
  log('warn', event, { request_id: call.headers[HEADER.requestId], ...fields, count: counters[counter] });
}
