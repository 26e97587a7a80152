/** What this isolate has seen of each node; plain values, shared by its requests. */

export interface RestRules {
  /** Failures in a row after which a node is set aside. */
  readonly failuresAllowed: number;
  /** How long, the first time; doubled each time that follows without a success in between. */
  readonly restMs: number;
  readonly restMaxMs: number;
}

/**
 * free: take it; busy: it has just said that it takes no more, or is going; resting: it failed and is set aside;
 * due: its rest is over and nobody has looked yet whether it is back.
 */
export type NodeState = 'free' | 'busy' | 'resting' | 'due';

/** A probe that has not ended by then was lost with its request. */
const PROBE_MAX_MS = 10_000;

export class NodeHealth {
  /** Ends of the requests under way, at the latest: one whose client has left may never say that it is over. */
  readonly #underWay = new Map<symbol, number>();
  #failures = 0;
  #rests = 0;
  #restingUntil = 0;
  #busyUntil = 0;
  #probingUntil = 0;

  /** Requests that this isolate has at the node. */
  inFlight(now: number): number {
    for (const [request, deadline] of this.#underWay) if (deadline < now) this.#underWay.delete(request);
    return this.#underWay.size;
  }

  /** @returns is to be called when the request is over. */
  begin(deadline: number): () => void {
    const request = Symbol();
    this.#underWay.set(request, deadline);
    return () => void this.#underWay.delete(request);
  }

  state(now: number): NodeState {
    if (this.#rests > 0 && this.#restingUntil > 0) return now < this.#restingUntil ? 'resting' : 'due';
    return now < this.#busyUntil ? 'busy' : 'free';
  }

  /** The node answered, whatever it said. */
  succeeded(): void {
    this.#failures = 0;
    this.#rests = 0;
    this.#restingUntil = 0;
  }

  /** The node takes no more for now. */
  refused(now: number, milliseconds: number): void {
    this.#busyUntil = now + milliseconds;
  }

  /** The node could not be reached, or answered that it is broken. @returns milliseconds if it is set aside with this. */
  failed(now: number, rules: RestRules): number | null {
    this.#failures++;
    if (this.#failures < rules.failuresAllowed || now < this.#restingUntil) return null;
    const milliseconds = Math.min(rules.restMs * 2 ** this.#rests, rules.restMaxMs);
    this.#rests++;
    this.#restingUntil = now + milliseconds;
    return milliseconds;
  }

  /** Whether the caller is the one who is to look whether the node is back. */
  takeProbe(now: number): boolean {
    if (this.state(now) !== 'due' || now < this.#probingUntil) return false;
    this.#probingUntil = now + PROBE_MAX_MS;
    return true;
  }

  /** What the probe found. A node that is back must prove itself: its next failure sets it aside again, for longer. */
  probed(isBack: boolean, now: number, rules: RestRules): void {
    this.#probingUntil = 0;
    this.#failures = rules.failuresAllowed - 1;
    this.#restingUntil = 0;
    if (!isBack) this.failed(now, rules);
  }
}

/** Nodes come and go in the life of an isolate; beyond this the idle ones are forgotten. */
const MAX_KNOWN = 1000;
const known = new Map<string, NodeHealth>();

/** @param url origin of the node. */
export function healthOf(url: string): NodeHealth {
  const found = known.get(url);
  if (found) return found;
  if (known.size >= MAX_KNOWN) {
    const now = Date.now();
    for (const [other, health] of known) if (health.inFlight(now) === 0) known.delete(other);
  }
  const health = new NodeHealth();
  known.set(url, health);
  return health;
}
