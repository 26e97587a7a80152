/** `npm run jobs -- list | dead | redrive [--id JOB] | callback-secret SHOP`: the queue of jobs, for operators. */
import { parseArgs } from 'node:util';
import { actorOf, recordAct, recordActIfPossible } from '../audit/audit-log.ts';
import { shopSecret } from '../callbacks/sign-callback.ts';
import { connectPostgres } from '../persist/postgres.ts';
import { nodesConfig, runCommand, UsageError } from '../run-command.ts';
import { openBoss, QUEUE } from './boss.ts';
import { redriveJobs } from './dead-letters.ts';
import { readLoad } from './estimate.ts';
import type { JobData } from './job-data.ts';

const USAGE = `npm run jobs -- list [--json]           what waits, what is worked on, and how many dead letters there are
npm run jobs -- dead [--json]           the dead letters: jobs whose tries are used up
npm run jobs -- redrive [--id JOB]      put all dead letters, or that of one job, back into the queue
npm run jobs -- callback-secret SHOP    the secret with which callbacks to this shop are signed

The variables are those of a node: DATABASE_URL, and for callback-secret CALLBACK_SECRET or INTERNAL_SECRET.`;

await runCommand(run);

async function run(args: string[]): Promise<string> {
  const { command, argument, json, id } = readArguments(args);
  if (command === 'callback-secret') return await showSecret(argument!);
  const config = nodesConfig();
  const database = connectPostgres({ url: config.DATABASE_URL, poolSize: 2 });
  const boss = openBoss(database, (error) => console.error(String(error)));
  try {
    await boss.start();
    const limits = {
      maxQueued: config.JOB_MAX_QUEUED,
      timeoutSeconds: config.JOB_TIMEOUT_SECONDS,
      heartbeatSeconds: config.JOB_HEARTBEAT_SECONDS,
      retries: config.JOB_RETRIES,
    };
    if (command === 'redrive') {
      const details = { job: id ?? 'all' };
      await recordAct(database, { actor: actorOf(process.env), action: 'jobs.redrive', details });
      const driven = await redriveJobs(database, boss, limits, id);
      return [`${driven.length} put back into the queue`, ...driven].join('\n');
    }
    if (command === 'dead') {
      const letters = await boss.dead<JobData>(database, QUEUE.deadJobs);
      const rows = letters.map(({ data, failedAt, tries }) => {
        return { job_id: data.id, shop_id: data.shopId, failed_at: failedAt.toISOString(), tries };
      });
      if (json) return JSON.stringify(rows, null, 2);
      return rows.map((row) => Object.values(row).join('  ')).join('\n') || 'There are no dead letters.';
    }
    const { waiting, processing } = await readLoad(database);
    const total = [...waiting.values()].reduce((sum, jobs) => sum + jobs, 0);
    const load = { waiting: total, processing, dead: (await boss.countDead(database)).jobs };
    return json ? JSON.stringify(load) : `${load.waiting} waiting, ${processing} in work, ${load.dead} dead letters`;
  } finally {
    await boss.stop();
    await database.close();
  }
}

async function showSecret(shop: string): Promise<string> {
  const shopId = shop.toLowerCase();
  const shown = secretOf(shopId);
  const warning = await recordActIfPossible(process.env, { action: 'shop.callback-secret', shopId });
  if (warning) console.error(warning);
  return shown;
}

function secretOf(shopId: string): string {
  const master = process.env.CALLBACK_SECRET || process.env.INTERNAL_SECRET;
  if (!master) throw new Error('Set CALLBACK_SECRET, or INTERNAL_SECRET where the nodes have no CALLBACK_SECRET.');
  return shopSecret(master, shopId);
}

function readArguments(args: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, id: { type: 'string' } },
    });
    const [command = '', argument, ...rest] = positionals;
    const isKnown = ['list', 'dead', 'redrive', 'callback-secret'].includes(command);
    const isComplete = (command === 'callback-secret') === (argument !== undefined) && rest.length === 0;
    if (isKnown && isComplete && (values.id === undefined || command === 'redrive')) {
      return { command, argument, json: values.json, id: values.id };
    }
  } catch {
    // An option that is not known; the usage says which are.
  }
  throw new UsageError(USAGE);
}
