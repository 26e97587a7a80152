/** For tests: one embedded PostgreSQL in a temporary folder, a fresh database a test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from './database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { migrate } from './migrate.ts';
import { connectPostgres } from './postgres.ts';

export interface TestCluster {
  /** URL of a new, empty database. */
  createDatabase(): Promise<string>;
  /** A new database with all migrations. */
  openMigrated(): Promise<Database>;
  connect(url: string, options?: { poolSize?: number; statementTimeoutMs?: number }): Database;
  /** Closes what was opened, stops the server, removes the folder. */
  stop(): Promise<void>;
}

export async function startTestCluster(): Promise<TestCluster> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'edge-ocr-postgres-'));
  const server = await startEmbeddedPostgres(dataDir);
  const opened: Database[] = [];
  const connect: TestCluster['connect'] = (url, options = {}) => {
    const db = connectPostgres({ url, poolSize: 4, ...options });
    opened.push(db);
    return db;
  };
  const admin = connect(server.url);
  let count = 0;
  const createDatabase = async () => {
    const name = `test_${++count}`;
    await admin.query(`CREATE DATABASE ${name}`);
    return server.url.replace(/[^/]+$/, name);
  };
  return {
    createDatabase,
    connect,
    openMigrated: async () => {
      const db = connect(await createDatabase());
      await migrate(db);
      return db;
    },
    stop: async () => {
      await Promise.all(opened.map((db) => db.close()));
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
