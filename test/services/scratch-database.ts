import { randomUUID } from 'node:crypto';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';

export interface ScratchDatabase {
  /** Of the database, and of the role that owns it. */
  readonly name: string;
  /** For an ordinary role that owns it. */
  readonly url: string;
  /** The superuser in this database. */
  readonly db: Database;
  /** The superuser in the server's own. */
  readonly admin: Database;
  drop(): Promise<void>;
}

/** An empty database and a role of its own, on a server of which `serverUrl` is the superuser. */
export async function createScratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const name = `edge_ocr_test_${randomUUID().slice(0, 8)}`;
  const password = randomUUID();
  const admin = connectPostgres({ url: serverUrl, poolSize: 1 });
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const db = connectPostgres({ url: url.href, poolSize: 1 });
  Object.assign(url, { username: name, password });
  return {
    name,
    url: url.href,
    db,
    admin,
    async drop() {
      await db.close();
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.query(`DROP ROLE IF EXISTS ${name}`);
      await admin.close();
    },
  };
}
