/** docs/guides/nestjs.md. Nest is real. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { shopSecret, signCallback } from '@edge-ocr/gpu-node/callbacks/sign-callback';
import { localSecrets } from '@edge-ocr/infra/local/settings';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../stack.ts';
import { brokenFile, fileOf, formWith, type GuideTests, NODE, PATIENCE } from './guide-tests.ts';
import { markOutputs, type Project } from './project.ts';

const SHOP = '5b0c2f3e-8f0a-4a51-9a77-2f1f5c1f0a01';

export function testNestjsGuide(tests: GuideTests): void {
  describe('the guide to NestJS', () => {
    let project: Project;
    beforeAll(async () => {
      project = tests.project('nestjs');
      await project.compile();
      await project.use('tsconfig.json');
      const sources = tests.samples.filter(({ guide, language }) => guide === 'nestjs' && language === 'ts');
      const outputs = sources.map(({ path }) => [path, path.replace(/^src/, 'dist').replace(/\.ts$/, '.js')]);
      await markOutputs(project.folder, Object.fromEntries(outputs));
    });

    /** The compiled application in a process of its own. */
    async function startApplication(token: string, secret: string) {
      const port = String(await freePort());
      const url = `http://127.0.0.1:${port}`;
      const application = spawn(NODE, [join(project.folder, 'dist', 'main.js')], {
        cwd: project.folder,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          PORT: port,
          OCR_URL: tests.stack.edgeUrl,
          OCR_TOKEN: token,
          OCR_CALLBACK_URL: `${url}/ocr/callbacks`,
          OCR_CALLBACK_SECRET: secret,
        },
      });
      await expect
        .poll(
          () =>
            fetch(url).then(
              ({ status }) => status,
              () => 0,
            ),
          PATIENCE,
        )
        .toBe(404);
      return { url, stop: () => application.kill() };
    }

    it('reads now, reads later and hears of it by signed callbacks alone', async () => {
      const { INTERNAL_SECRET } = await localSecrets(tests.stack.dataDir);
      const token = await tests.stack.token({ shopId: SHOP });
      const { url, stop } = await startApplication(token, shopSecret(INTERNAL_SECRET, SHOP));
      try {
        const post = async (path: string, image: File) => fetch(url + path, { method: 'POST', body: formWith(image) });
        const read = await post('/receipts', await fileOf('receipt-1.jpg'));
        expect(read.status).toBe(200);
        expect(await read.json()).toMatchObject({ structured: { total: 29.75 } });

        const broken = await post('/receipts', await brokenFile());
        expect(broken.status).toBe(422);
        expect(await broken.json()).toMatchObject({ code: 'INVALID_IMAGE', suggestion: expect.stringMatching(/\w/) });
        expect((await fetch(`${url}/receipts`, { method: 'POST', body: new FormData() })).status).toBe(400);

        const later = await post('/receipts/later', await fileOf('receipt-2.jpg'));
        expect(later.status).toBe(202);
        const { job_id } = (await later.json()) as { job_id: string };
        const outcome = () => fetch(`${url}/receipts/${job_id}`);
        await expect.poll(async () => (await outcome()).status, PATIENCE).toBe(200);
        expect(await (await outcome()).json()).toMatchObject({
          event: 'job.completed',
          result: { id: job_id, structured: { total: 93.17 } },
        });

        const body = JSON.stringify({ event: 'job.failed', job_id });
        const call = async (signature: string) => {
          const headers = { 'content-type': 'application/json', 'x-edgeocr-signature': signature };
          return (await fetch(`${url}/ocr/callbacks`, { method: 'POST', headers, body })).status;
        };
        const now = Math.floor(Date.now() / 1000);
        const secret = shopSecret(INTERNAL_SECRET, SHOP);
        expect(await call('none')).toBe(403);
        expect(await call(signCallback('another secret', now, body))).toBe(403);
        expect(await call(signCallback(secret, now, `${body} `))).toBe(403);
        expect(await call(signCallback(secret, now - 600, body))).toBe(403);
        expect(await call(signCallback(secret, now, body))).toBe(204);
        expect(await (await outcome()).json()).toEqual({ event: 'job.failed', job_id });
      } finally {
        stop();
      }
    });

    it('keeps its own troubles to itself', async () => {
      const { url, stop } = await startApplication('expired', 'x');
      try {
        const body = formWith(await fileOf('receipt-1.jpg'));
        const refused = await fetch(`${url}/receipts`, { method: 'POST', body });
        expect(refused.status).toBe(502);
        expect(await refused.json()).toMatchObject({ code: 'NETWORK_ERROR' });
      } finally {
        stop();
      }
    });
  });
}
