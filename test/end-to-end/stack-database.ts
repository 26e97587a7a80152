/** The database of a test's stack, from outside: the embedded server's port and password lie in its data folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';

/** Line of postmaster.pid on which the port stands (PostgreSQL, miscadmin.h). */
const PORT_LINE = 3;

export async function stackDatabase(dataDir: string): Promise<Database> {
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
  const port = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[PORT_LINE];
  return connectPostgres({ url: `postgres://edge_ocr:${password}@127.0.0.1:${port}/edge_ocr`, poolSize: 1 });
}
