/**
 * `npm run migrate`: brings the database at DATABASE_URL to this version, and makes the partitions ahead. A node does the same
 * when it starts; as a step of its own, a migration that fails stops a release before any node has been replaced.
 */

import { nodesConfig, runCommand } from '../run-command.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';
import { connectPostgres } from './postgres.ts';

await runCommand(run);

async function run(): Promise<string> {
  const config = nodesConfig();
  const database = connectPostgres({ url: config.DATABASE_URL, poolSize: 2 });
  try {
    const applied = await migrate(database);
    const partitions = await ensurePartitions(database);
    const migrations = applied.length > 0 ? applied.join('\n') : 'Nothing to migrate.';
    return `${migrations}\n${partitions} partitions made.`;
  } finally {
    await database.close();
  }
}
