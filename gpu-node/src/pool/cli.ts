/** `npm run pool -- list | drain NODE | undrain NODE`: the nodes that announce themselves in Redis. */
import { parseArgs } from 'node:util';
import { recordActIfPossible } from '../audit/audit-log.ts';
import { openRedis, type RedisClient } from '../redis.ts';
import { runCommand, UsageError } from '../run-command.ts';
import { describePool } from './describe-pool.ts';
import { listNodes, type PoolNode, wishDrain } from './registry.ts';

const USAGE = `npm run pool -- list [--json]      the nodes, where they are and what they do
npm run pool -- drain NODE         let NODE finish what it has and take nothing new
npm run pool -- undrain NODE       let NODE take work again

NODE is an id or an address from the list. UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN say where Redis is,
DATABASE_URL where the audit log is.`;

class NotFoundError extends Error {}
class AuditError extends Error {}

await runCommand(run);

async function run(args: string[]): Promise<string> {
  const { command, node, json } = readArguments(args);
  const redis = connect();
  try {
    const nodes = await listNodes(redis);
    if (command === 'list') return json ? JSON.stringify(nodes, null, 2) : describePool(nodes);
    const { id } = findNode(nodes, node);
    await logAct(command, id);
    await wishDrain(redis, id, command === 'drain');
    return command === 'drain'
      ? `${id} is asked to drain: it finishes what it has. "list" shows when nothing is left in flight.`
      : `${id} takes work again.`;
  } catch (cause) {
    if (cause instanceof NotFoundError || cause instanceof AuditError) throw cause;
    const { message } = cause as Error;
    throw new Error(`Redis did not answer as expected: ${message}\nCheck UPSTASH_REDIS_REST_URL and _TOKEN.`, {
      cause,
    });
  }
}

async function logAct(command: string, node: string): Promise<void> {
  const action = command === 'drain' ? 'pool.drain' : 'pool.undrain';
  const warning = await recordActIfPossible(process.env, { action, details: { node } }).catch((cause: Error) => {
    throw new AuditError(`Nothing was done, for it could not be logged: ${cause.message}`, { cause });
  });
  if (warning) console.error(warning);
}

function readArguments(args: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [command = '', node = '', ...rest] = positionals;
    const isComplete = command === 'list' ? node === '' : ['drain', 'undrain'].includes(command) && node !== '';
    if (isComplete && rest.length === 0) return { command, node, json: values.json };
  } catch {
    // An option that is not known; the usage says which are.
  }
  throw new UsageError(USAGE);
}

function connect(): RedisClient {
  const { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN } = process.env;
  const redis = openRedis({ UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN });
  if (redis) return redis;
  throw new UsageError('UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN are not set; give those of the nodes.');
}

function findNode(nodes: readonly PoolNode[], wanted: string): PoolNode {
  const found = nodes.find(({ id, announcement }) => id === wanted || announcement.url === wanted.replace(/\/$/, ''));
  if (found) return found;
  const known = nodes.map(({ id }) => id).join(', ');
  throw new NotFoundError(
    `There is no node "${wanted}" in the pool. ${known ? `There are: ${known}` : 'No node announces itself.'}`,
  );
}
