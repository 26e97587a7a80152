import { execFile } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient, dataOf, errorOf, readFixture } from '../../end-to-end/api-client.ts';
import { marked } from '../../load/mix.ts';
import type { NodeProcess } from '../node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import { type FaultySystem, LIMIT_MS, PATIENCE, startFaultySystem } from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const run = promisify(execFile);
const IMAGES = 30;

interface FullDisk {
  readonly kind: string;
  /** Room for all that comes. */
  makeRoom(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A file system of half a megabyte where the node keeps images; where mounting is not permitted, a limit on the size of
 * the files that it writes, which fails as late and for as long (EFBIG in place of ENOSPC).
 */
async function fillDisk({ dataDir, pid }: NodeProcess): Promise<FullDisk> {
  const folder = join(dataDir, 'images');
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
    return {
      kind: 'tmpfs of 512 KB',
      makeRoom: async () => void (await run('mount', ['-o', 'remount,size=64m', folder])),
      remove: async () => void (await run('umount', ['--lazy', folder])),
    };
  } catch {
    await run('prlimit', ['--pid', String(pid), '--fsize=20000:unlimited']);
    return {
      kind: 'RLIMIT_FSIZE of 20,000 bytes',
      makeRoom: async () => void (await run('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited'])),
      remove: async () => {},
    };
  }
}

describe.skipIf(!serverUrl)('the disk for images is full', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let system: FaultySystem;
  let disk: FullDisk;
  let node: NodeProcess;
  let client: ApiClient;
  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    system = await startFaultySystem({ databaseUrl: scratch.url, nodes: ['a'] });
    node = system.nodes.get('a')!;
    disk = await fillDisk(node);
    console.info(`full disk: ${disk.kind}`);
    const authorization = system.clients[0]!.authorize('POST', '/', Buffer.alloc(0));
    client = new ApiClient(system.edge.url, authorization.slice('Bearer '.length));
  });
  afterAll(async () => {
    await disk?.remove();
    await system?.stop();
    await scratch?.drop();
  });

  async function ask(path: string, number: number): Promise<Answer> {
    const image = marked(await readFixture('receipt-2.jpg'), `full ${path} ${number}`);
    const headers = { 'content-type': 'image/jpeg' };
    return await client.send(`${path}?type=receipt`, { method: 'POST', headers, body: new Uint8Array(image) });
  }
  const accept = (number: number) => ask('/api/v1/ocr/process/async', number);
  const jobOf = (answer: Answer) => dataOf<{ job_id: string }>(answer).job_id;

  async function storedFiles(): Promise<string[]> {
    const root = join(node.dataDir, 'images');
    return (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  }
  async function completed(ids: readonly string[]): Promise<number> {
    const { rows } = await scratch.db.query<{ jobs: number }>(
      `SELECT count(*)::int AS jobs FROM ocr_processing_jobs WHERE id = ANY ($1::uuid[]) AND status = 'completed'`,
      [ids],
    );
    return rows[0]!.jobs;
  }

  it('jobs are refused as the catalogue says, nothing is half written, and none is lost that was accepted', async () => {
    const answers = await Promise.all(Array.from({ length: IMAGES }, (_, i) => accept(i)));
    const accepted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status !== 202).map(errorOf);
    expect(refused.length).toBeGreaterThan(5);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['NETWORK_ERROR']));
    for (const { details } of refused) expect(details).toMatchObject({ retryable: true });

    const whole = (await readFixture('receipt-2.jpg')).byteLength;
    const files = await storedFiles();
    expect(files.filter((file) => !/\/[0-9a-f]{64}$/.test(file))).toEqual([]);
    for (const file of files) expect((await stat(file)).size).toBeGreaterThan(whole);
    expect(files).toHaveLength(accepted.length);
    const { rows } = await scratch.db.query('SELECT id FROM ocr_processing_jobs');
    expect(rows).toHaveLength(accepted.length);
    const ids = accepted.map(jobOf);
    await expect.poll(() => completed(ids), PATIENCE).toBe(ids.length);
  });

  it('images that need not be kept are read as ever, and jobs are taken again when there is room', async () => {
    expect((await ask('/api/v1/ocr/process', 1)).status).toBe(200);
    await disk.makeRoom();
    const answers = await Promise.all(Array.from({ length: IMAGES }, (_, i) => accept(100 + i)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const ids = answers.map(jobOf);
    await expect.poll(() => completed(ids), PATIENCE).toBe(ids.length);
  });
});
