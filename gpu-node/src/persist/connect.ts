/** The node's database, ready for use: connected, migrated, partitioned. */
import type { Database } from './database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';
import { connectPostgres, type PostgresOptions } from './postgres.ts';

/** What this needs of a logger; pino's fits. */
export interface PersistLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface OpenDatabaseOptions extends Omit<PostgresOptions, 'url' | 'onConnectionError'> {
  /** PostgreSQL 15 or newer. Without it the embedded one is started. */
  readonly databaseUrl?: string | undefined;
  /** Folder of the embedded PostgreSQL's data. */
  readonly dataDir: string;
  /** Partitions that are there beforehand; 2 by default. */
  readonly monthsAhead?: number;
  readonly log?: PersistLog;
}

export interface OpenDatabase {
  readonly db: Database;
  /** The URL in use, for parts with connections of their own. Holds the password: not for logs. */
  readonly url: string;
  /** Closes the connections, then stops the embedded server. Idempotent. */
  close(): Promise<void>;
}

/** @throws Error when the database cannot be reached, started or migrated; its message says what to do. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl, dataDir, monthsAhead, log, ...limits } = options;
  const embedded = databaseUrl ? undefined : await startEmbeddedPostgres(dataDir);
  const url = databaseUrl ?? (embedded as EmbeddedPostgres).url;
  const warn = (message: string) => (error: Error) => log?.warn({ err: error }, message);
  const db = connectPostgres({ ...limits, url, onConnectionError: warn('A database connection broke') });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= db.close().finally(() => embedded?.stop());
    return closing;
  };
  try {
    const applied = await migrate(db);
    const made = await ensurePartitions(db, monthsAhead);
    log?.info({ embedded: embedded !== undefined, migrations: applied, partitions: made }, 'Database ready');
    return { db, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
