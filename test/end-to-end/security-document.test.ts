import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { expect, it } from 'vitest';

/** Of a row of the table that names none. */
const HONEST = /\*\*not (there yet|prevented)\*\*/;

it('every threat of docs/security.md names tests that are there, or says that there are none', async () => {
  const document = await readFile(join(ROOT, 'docs', 'security.md'), 'utf8');
  const rows = document.split('\n').filter((line) => line.startsWith('| ') && !/^\| (threat|---)/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const tests = [...row.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, path]) => path!);
    if (!HONEST.test(row)) expect(tests, row).not.toEqual([]);
    for (const path of tests) expect(existsSync(join(ROOT, path)), path).toBe(true);
  }
});
