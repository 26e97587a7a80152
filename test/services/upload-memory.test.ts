import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient } from '../end-to-end/api-client.ts';
import { type EdgeAlone, startEdgeAlone } from '../end-to-end/edge-alone.ts';
import { descendantsOf } from '../end-to-end/processes.ts';
import { type StandInNode, startStandInNode } from '../end-to-end/stand-in-node.ts';

const MIB = 1024 * 1024;
const UPLOADS = 64;
const UPLOAD_BYTES = 10 * MIB;
/**
 * The isolates of the Worker and of what stands in for R2 and caches together: 310 MiB for the six that fit, some 430 with
 * those that are refused and drained; without the budget it is 1,700.
 */
const RESIDENT_MAX_MIB = 700;

/** What workerd has in memory now: Linux says so. */
async function residentMib(pids: readonly number[]): Promise<number> {
  const statuses = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')));
  return statuses.reduce((sum, status) => sum + Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024, 0);
}

describe.skipIf(process.platform !== 'linux')('64 uploads of 10 MB at once', () => {
  let node: StandInNode;
  let edge: EdgeAlone;
  let workerd: number[];

  beforeAll(async () => {
    node = await startStandInNode();
    node.delayMs = 300;
    edge = await startEdgeAlone({ nodeUrl: node.url });
    const named = await descendantsOf(process.pid);
    workerd = named.filter((name) => /workerd/.test(name)).map((name) => Number.parseInt(name, 10));
  });
  afterAll(async () => {
    await edge?.stop();
    await node?.stop();
  });

  it('stay within memory: the surplus is told to retry', async () => {
    expect(workerd).toHaveLength(1);
    const client = new ApiClient(edge.url, await edge.token());
    const images = Array.from({ length: UPLOADS }, () => {
      const image = Buffer.alloc(UPLOAD_BYTES, 7);
      image.set([0xff, 0xd8, 0xff, 0xe0]);
      randomBytes(32).copy(image, 4);
      return image;
    });
    let most = 0;
    const sampling = setInterval(async () => {
      most = Math.max(most, await residentMib(workerd));
    }, 20);
    const answers = await Promise.all(images.map((image) => client.postFile(image)));
    clearInterval(sampling);
    console.info(`workerd: ${Math.round(most)} MiB at the most`);
    const status = (answer: Answer) => answer.status;
    expect(new Set(answers.map(status))).toEqual(new Set([200, 503]));
    for (const refused of answers.filter((answer) => answer.status === 503)) {
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused.body).toMatchObject({ error: { code: 'OVERLOADED' } });
    }
    expect(most).toBeLessThan(RESIDENT_MAX_MIB);
    expect((await client.postFile(images.at(-1)!)).status).toBe(200);
  });
});
