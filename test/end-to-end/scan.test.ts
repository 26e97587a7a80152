import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ocrResultSchema } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truncatedJpeg } from '../fixtures/bad-input.ts';
import { fixturePath } from '../fixtures/truth.ts';
import { runCommand } from './command.ts';
import { temporaryFolder } from './stack.ts';

const SCAN = ['run', '-s', 'scan', '--'];
let folder: string;
let bad: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  bad = join(folder, 'bad.jpg');
  await writeFile(bad, await truncatedJpeg());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run scan', () => {
  it('prints one JSON object a line in the order given, and fails when a file did', async () => {
    const missing = join(folder, 'missing.jpg');
    const good = fixturePath('format-grey.jpg');
    const label = fixturePath('label-1.jpg');
    const files = [label, missing, good, bad, good];
    const { code, stdout } = await runCommand([...SCAN, '--json', '--type', 'receipt', ...files]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ file }) => file)).toEqual(files);
    expect(lines.map(({ error }) => error?.code)).toEqual([
      undefined,
      'NOT_FOUND',
      undefined,
      'INVALID_IMAGE',
      undefined,
    ]);
    expect(lines[1].error.details.suggestion).toMatch(/\w/);
    for (const i of [0, 2, 4]) expect(ocrResultSchema.parse(lines[i].result).type).toBe('receipt');
    expect(lines[4].result.text).toContain('TOTAL 2.40');
    expect(code).toBe(1);
  });

  it('prints a summary to read, and succeeds when all files did', async () => {
    const { code, stdout } = await runCommand([...SCAN, '--type', 'barcode', fixturePath('barcode-ean13.png')]);
    expect(stdout).toContain('4006381333931');
    expect(stdout).not.toMatch(/^\{/);
    expect(code).toBe(0);
  });

  it.each([[[]], [['--type', 'poem', 'x.jpg']], [['--colour', 'x.jpg']]])(
    'says how it is used for %j',
    async (args) => {
      const { code, stdout, stderr } = await runCommand([...SCAN, ...args]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('Usage: npm run -s scan');
    },
  );
});
