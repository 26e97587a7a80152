/** `npm run shops -- erase SHOP | admit SHOP | proof SHOP`: what is kept of a shop, for operators. */
import { parseArgs } from 'node:util';
import { actorOf, recordAct } from '../audit/audit-log.ts';
import type { Config } from '../config.ts';
import { openImageStore } from '../images/open-image-store.ts';
import type { Database } from '../persist/database.ts';
import { connectPostgres } from '../persist/postgres.ts';
import { openRedis } from '../redis.ts';
import { nodesConfig, runCommand, UsageError } from '../run-command.ts';
import { openEdgeStore, parseEraseSettings, whatIsLeft } from './erase-settings.ts';
import { countShop, type ErasePlaces, eraseShop } from './erase-shop.ts';
import { admitShop, readReports } from './erasures.ts';

const USAGE = `npm run shops -- erase SHOP --dry-run   what there is of a shop, and where this command cannot reach
npm run shops -- erase SHOP --yes       remove all of it, for ever, keep the shop out, and print the proof
npm run shops -- proof SHOP             the reports of past erasures
npm run shops -- admit SHOP             let a shop that was erased write again

SHOP is the shop's UUID. The variables are those of the nodes: DATABASE_URL, IMAGE_STORE and what belongs to it,
UPSTASH_REDIS_REST_…; and R2_ENDPOINT, R2_BUCKET, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY for the edge's originals.`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Counting a large shop takes longer than what nodes do. */
const STATEMENT_TIMEOUT_MS = 120_000;

await runCommand(run);

async function run(args: string[]): Promise<string> {
  const asked = readArguments(args);
  const config = nodesConfig();
  const url = config.DATABASE_URL;
  const db = connectPostgres({ url, poolSize: 2, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  try {
    if (asked.command === 'erase') return await erase(asked, config, db);
    if (asked.command === 'admit') return await admit(asked.shopId, db);
    return shown(await readReports(db, asked.shopId));
  } finally {
    await db.close();
  }
}

interface Asked {
  readonly command: 'erase' | 'admit' | 'proof';
  readonly shopId: string;
  readonly isDryRun: boolean;
}

async function erase({ shopId, isDryRun }: Asked, config: Config, db: Database): Promise<string> {
  const settings = parseEraseSettings(process.env);
  const edgeStore = openEdgeStore(settings, config);
  const stores = [openImageStore(config), ...(edgeStore ? [edgeStore] : [])];
  const places: ErasePlaces = { db, stores, redis: openRedis(config) };
  const leftToDo = whatIsLeft(config, settings);
  try {
    if (isDryRun) return shown({ counts: await countShop(places, shopId), left_to_do: leftToDo });
    const onProgress = (line: string) => console.error(line);
    return shown(await eraseShop(places, shopId, { waitMs: settings.ERASE_WAIT_MS, leftToDo, onProgress }));
  } finally {
    for (const store of stores) store.close();
  }
}

async function admit(shopId: string, db: Database): Promise<string> {
  await recordAct(db, { actor: actorOf(process.env), action: 'shop.admit', shopId });
  return (await admitShop(db, shopId)) ? 'The shop may write again.' : 'The shop was not kept out.';
}

function shown(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function readArguments(args: string[]): Asked {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { yes: { type: 'boolean', default: false }, 'dry-run': { type: 'boolean', default: false } },
    });
    const [command, shop = '', ...rest] = positionals;
    const shopId = shop.toLowerCase();
    const isDryRun = values['dry-run'];
    const isSure = isDryRun !== values.yes;
    if (rest.length === 0 && UUID.test(shopId)) {
      if (command === 'erase' && isSure) return { command, shopId, isDryRun };
      if ((command === 'admit' || command === 'proof') && !values.yes && !isDryRun)
        return { command, shopId, isDryRun };
    }
  } catch {
    // An option that is not known; the usage says which are.
  }
  throw new UsageError(USAGE);
}
