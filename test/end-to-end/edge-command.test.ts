import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, readFixture } from './api-client.ts';
import { type RunningCommand, runCommand, startCommand } from './command.ts';
import { descendantsOf, stillLiving } from './processes.ts';
import { freePort, temporaryFolder } from './stack.ts';
import { type StandInNode, startStandInNode } from './stand-in-node.ts';

const secret = () => randomBytes(32).toString('base64url');

describe('npm run edge', () => {
  let node: StandInNode;
  let environment: Record<string, string>;
  let url: string;
  let command: RunningCommand | undefined;

  beforeAll(async () => {
    node = await startStandInNode();
    environment = {
      DATA_DIR: await temporaryFolder(),
      EDGE_PORT: String(await freePort()),
      NODE_URLS: node.url,
      JWT_SECRET: secret(),
      INTERNAL_SECRET: secret(),
      MAX_IMAGE_BYTES: '30000',
    };
    url = `http://127.0.0.1:${environment.EDGE_PORT}`;
    command = startCommand(['run', '-s', 'edge'], environment);
    await command.printed('The edge is at');
  });
  afterAll(async () => {
    command?.signal('group', 'SIGKILL');
    await node?.stop();
    await rm(environment.DATA_DIR!, { recursive: true, force: true });
  });

  it('serves with the variables of the environment', async () => {
    const who = { shopId: randomUUID(), userId: randomUUID(), scope: 'ocr:read ocr:write', lifetimeSeconds: 600 };
    const api = new ApiClient(url, await signAccessToken(environment.JWT_SECRET!, who));
    expect((await api.postFile(await readFixture('label-2.jpg'))).status).toBe(200);
    expect(node.received).toHaveLength(1);
    // 31,538 bytes.
    const { status, body } = await api.postFile(await readFixture('label-1.jpg'));
    expect([status, body]).toEqual([413, expect.objectContaining({ success: false })]);
  });

  it('shows nobody what is stored, nor tools of developers', async () => {
    for (const path of ['explorer', 'explorer/api/r2/buckets', 'r2/s3/edge-ocr-images']) {
      const { status } = await fetch(`${url}/cdn-cgi/local/${path}`);
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('has no addresses of its simulator for who comes by another name, as through a proxy', async () => {
    expect(await statusFor(url, 'shop.example', '/openapi.json')).toBe(200);
    for (const path of ['r2/public/edge-ocr-images/x', 'scheduled', 'explorer']) {
      expect([path, await statusFor(url, 'shop.example', `/cdn-cgi/local/${path}`)]).toEqual([path, 403]);
      const pretended = { 'mf-original-url': `http://localhost/cdn-cgi/local/${path}` };
      expect([path, await statusFor(url, 'shop.example', '/openapi.json', pretended)]).toEqual([path, 403]);
    }
  });

  it('refuses a port in use', async () => {
    const { code, stderr } = await runCommand(['run', '-s', 'edge'], environment);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${environment.EDGE_PORT} is in use already`)]);
  });

  it('stops at a variable that is wrong, names it, and not its value', async () => {
    const wrong = { EDGE_PORT: String(await freePort()), INTERNAL_SECRET: 'too-short-to-use' };
    const { code, stderr } = await runCommand(['run', '-s', 'edge'], { ...environment, ...wrong });
    expect([code, stderr]).toEqual([1, expect.stringContaining('INTERNAL_SECRET needs at least 32 bytes')]);
    expect(stderr).not.toContain('too-short-to-use');
  });

  it.each([
    ['once it runs', undefined],
    ['while it starts', 'starting'],
  ])('ends on SIGTERM and leaves nothing: %s', async (_, when) => {
    const other = startCommand(['run', '-s', 'edge'], { ...environment, EDGE_PORT: String(await freePort()) });
    if (when)
      await expect.poll(async () => (await descendantsOf(other.pid)).join(), { timeout: 30_000 }).toMatch(/workerd/);
    else await other.printed('The edge is at');
    const family = await descendantsOf(other.pid);
    other.signal('npm', 'SIGTERM');
    await other.finished;
    await expect.poll(() => stillLiving(family), { timeout: 10_000 }).toEqual([]);
  });
});

/** fetch does not let a Host header be chosen. */
function statusFor(origin: string, host: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(origin);
    request({ host: '127.0.0.1', port, path, headers: { host, ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
