/** Applies gpu-node/migrations: numbered SQL files, each once, each in its own transaction. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { installBoss } from '../jobs/boss.ts';
import type { Database, Transactional } from './database.ts';

export const MIGRATIONS_FOLDER = path.join(import.meta.dirname, '../../migrations');

/** Any number, as long as every version of this program uses the same one. */
const ADVISORY_LOCK = 7_318_220_641;
/** Waiting for another node's migrations, and one migration on a large table. */
const STATEMENT_TIMEOUT_MS = 15 * 60 * 1000;

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/**
 * Bring the database to this program's version. Nodes that start at once wait for each other.
 * @returns names of the migrations applied now, such as 003-products-and-receipts.
 * @throws Error when a file is wrong, an applied file was changed, or the database is newer than the program.
 */
export async function migrate(db: Database, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder);
  return db.session(async (session) => {
    // Held until the session ends, that is across all transactions below.
    await session.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await session.query(CREATE_HISTORY);
    const pending = await pendingOf(session, migrations);
    for (const migration of pending) await apply(session, migration);
    // pg-boss brings its own migrations, which depend on its version alone.
    await installBoss(session);
    return pending.map(({ name }) => name);
  }, STATEMENT_TIMEOUT_MS);
}

const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 CHAR(64) NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
  )`;

async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(files.map((file, index) => readMigration(folder, file, index + 1)));
}

async function readMigration(folder: string, file: string, expected: number): Promise<Migration> {
  const version = Number(/^(\d{3})-[a-z0-9-]+\.sql$/.exec(file)?.[1]);
  if (version !== expected) {
    throw new Error(`Migration ${file}: expected a name that starts with ${String(expected).padStart(3, '0')}-`);
  }
  // A checkout with CRLF line endings is the same migration.
  const sql = (await readFile(path.join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
  return { version, name: file.slice(0, -4), sql, sha256: createHash('sha256').update(sql).digest('hex') };
}

async function pendingOf(session: Transactional, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows: applied } = await session.query<Pick<Migration, 'version' | 'name' | 'sha256'>>(
    'SELECT version, name, sha256 FROM schema_migrations ORDER BY version',
  );
  for (const { version, name, sha256 } of applied) {
    const migration = migrations[version - 1];
    if (!migration) {
      throw new Error(`The database is newer than this program: it has migration ${name}. Deploy a newer version.`);
    }
    if (migration.sha256 !== sha256) {
      throw new Error(
        `Migration ${migration.name} was changed after the database had applied it (as ${name}). ` +
          'Restore the file, and put the change into a new migration.',
      );
    }
  }
  return migrations.filter(({ version }) => !applied.some((row) => row.version === version));
}

async function apply(session: Transactional, { version, name, sql, sha256 }: Migration): Promise<void> {
  await session
    .transaction(async (transaction) => {
      await transaction.query(sql);
      await transaction.query('INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', [
        version,
        name,
        sha256,
      ]);
    })
    .catch((error: Error) => {
      throw new Error(`Migration ${name} failed: ${error.message}`, { cause: error });
    });
}
