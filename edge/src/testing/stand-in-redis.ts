type Command = readonly [name: string, ...rest: (string | number)[]];

/**
 * Upstash's REST protocol over one Map, in place of the network: single commands and pipelines of those that the Worker
 * sends. Scripts are known by a word in them; strings come back in base64.
 */
export class StandInRedis {
  readonly url = `http://redis-${crypto.randomUUID()}.test`;
  readonly vars = { UPSTASH_REDIS_REST_URL: this.url, UPSTASH_REDIS_REST_TOKEN: 'redis-token' };
  readonly values = new Map<string, string>();
  /** The one sorted set: ids of the nodes that announce themselves, the newest first. */
  readonly nodeIds: string[] = [];
  readonly commands: Command[] = [];
  /** Requests over HTTP, each of one command or of several, but for looks at the pool: no node is announced here. */
  trips = 0;
  state: 'up' | 'down' | 'hung' = 'up';

  /** Commands of this name, in the order in which they came. */
  sent(name: string): Command[] {
    return this.commands.filter(([sent]) => sent.toLowerCase() === name);
  }

  async handle(request: Request): Promise<Response> {
    const text = await request.clone().text();
    if (!/^\["zrange"/i.test(text)) this.trips++;
    if (this.state === 'down') throw new TypeError('connection refused');
    if (this.state === 'hung') return await untilAborted(request.signal);
    if (request.headers.get('authorization') !== 'Bearer redis-token') return new Response(null, { status: 401 });
    const body = JSON.parse(text) as Command | Command[];
    if (!new URL(request.url).pathname.endsWith('/pipeline')) return Response.json(this.#run(body as Command));
    return Response.json((body as Command[]).map((command) => this.#run(command)));
  }

  #run(command: Command): { result: unknown } | { error: string } {
    this.commands.push(command);
    const [name, ...args] = command;
    switch (name.toLowerCase()) {
      case 'get':
        return encoded(this.values.get(String(args[0])) ?? null);
      case 'set': {
        const [key, value, ...options] = args.map(String);
        if (options.includes('nx') && this.values.has(key!)) return { result: null };
        this.values.set(key!, value!);
        return { result: 'OK' };
      }
      case 'zrange':
        return { result: this.nodeIds.map(base64) };
      case 'mget':
        return { result: args.map((key) => encoded(this.values.get(String(key)) ?? null).result) };
      case 'evalsha':
        return { error: 'NOSCRIPT No matching script. Please use EVAL.' };
      case 'eval':
        return { result: this.#evaluate(args.map(String)) };
      default:
        return { error: `ERR unknown command '${name}'` };
    }
  }

  #evaluate([script, keyCount, ...rest]: string[]): unknown {
    const keys = rest.slice(0, Number(keyCount));
    const args = rest.slice(Number(keyCount));
    const [key] = keys as [string];
    if (script!.includes("'DEL'")) return this.values.get(key) === args[0] && this.values.delete(key) ? 1 : 0;
    const sliding = script!.includes('requestsInPreviousWindow');
    const [limit, by] = [Number(args[0]), Number(args.at(-1))];
    const used = Number(this.values.get(key) ?? 0);
    if (sliding && by > 0 && used >= limit) return [-1, limit];
    this.values.set(key, String(used + by));
    return sliding ? [limit - used - by, limit] : [used + by, limit];
  }
}

function encoded(found: string | null) {
  return { result: found === null ? null : base64(found) };
}

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
