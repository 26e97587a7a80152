import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMMIT, startHub } from '@edge-ocr/models/hub/hub-server.fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The command in a process of its own. */
async function models(args: string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, DATA_DIR: folder, ...environment };
  return promisify(execFile)(process.execPath, [CLI, ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, stdout: stdout as string, stderr: stderr as string }),
  );
}

test('a model is fetched from a mirror through breaks, told of, listed and verified; damage is found', async () => {
  await using hub = await startHub();
  hub.faults.push({ breakAfter: 300_000 }, { status: 503 });
  const fetched = await models(['fetch', 'trocr-small-printed'], { HF_ENDPOINT: `${hub.url}/` });
  expect(fetched).toMatchObject({ code: 0 });
  expect(fetched.stdout).toContain(`trocr-small-printed was fetched (7 files): ${join(folder, 'models')}`);
  expect(fetched.stdout).toContain(COMMIT);
  expect(fetched.stderr).toContain('decoder_model_merged.onnx');

  const listed = (await models(['list'])).stdout.split('\n');
  expect(listed[0]).toContain('here, commit c0ffee');
  expect(listed[1]).toMatch(/^trocr-base-printed .*not here$/);

  expect((await models(['verify', 'trocr-small-printed'])).stdout).toContain('7 files of trocr-small-printed are as');
  await writeFile(join(folder, 'models/trocr-small-printed/tokenizer.json'), '{}');
  const damaged = await models(['verify', 'trocr-small-printed']);
  expect(damaged).toMatchObject({ code: 1 });
  expect(damaged.stderr).toMatch(/tokenizer.json is damaged.*\n.*fetch trocr-small-printed brings them again/);
});

test('wrong usage, unknown models and variants are told, with what there is', async () => {
  expect(await models([])).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run models -- fetch NAME') });
  expect(await models(['fetch', 'trocr-huge'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there are: trocr-small-printed, trocr-base-printed'),
  });
  expect(await models(['fetch', 'trocr-small-printed', '--variant', 'fp8'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('comes as fp32, quantized'),
  });
  expect(await models(['verify', 'trocr-base-printed'])).toMatchObject({ code: 1 });
});
