/** docs/guides/sdk.md */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../fixtures/truth.ts';
import { startCommand } from '../command.ts';
import { type GuideTests, NODE } from './guide-tests.ts';
import { markOutputs } from './project.ts';

export function testClientLibraryGuide(tests: GuideTests): void {
  describe('the guide to the client library', () => {
    it('packs it by its command', async () => {
      const { code } = tests.samples.find(({ guide, path }) => guide === 'sdk' && path === 'command 1')!;
      const run = promisify(execFile)('sh', ['-ec', code], {
        cwd: ROOT,
        env: { ...process.env, DATA_DIR: tests.scratch },
      });
      const { stdout } = await run;
      const list = await promisify(execFile)('tar', ['tzf', stdout.trim()]);
      expect(list.stdout).toContain('package/client/ocr-client.d.ts\n');
      expect(list.stdout).not.toContain('.test.');
      await tests.project('sdk').use('command 1');
    });

    it('reads a receipt with a few lines, and tells what went wrong', async () => {
      const project = tests.project('sdk');
      await markOutputs(project.folder, { 'read.js': 'read.js' });
      const run = (token: string) =>
        startCommand(
          [join(project.folder, 'read.js'), fixturePath('receipt-1.jpg')],
          { OCR_URL: tests.stack.edgeUrl, OCR_TOKEN: token },
          NODE,
        ).finished;
      expect(await run(await tests.stack.token())).toMatchObject({
        code: 0,
        stdout: 'HARBOUR LANE GROCERS 29.75 GBP \n',
      });
      const refused = await run('no-token');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^UNAUTHORIZED: .+\. .+/);
    });
  });
}
