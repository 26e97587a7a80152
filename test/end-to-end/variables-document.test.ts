import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OWN_PREFIXES, VARIABLES } from '@edge-ocr/gpu-node/config';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { beforeAll, expect, it } from 'vitest';

let document: string;
beforeAll(async () => {
  document = await readFile(join(ROOT, 'docs', 'operations.md'), 'utf8');
});

it('docs/operations.md describes every variable of a node', () => {
  const named = document
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name!));
  expect(VARIABLES.filter((name) => !named.includes(name))).toEqual([]);
});

it('and names the prefixes under which an unknown variable stops the start', () => {
  const sentence = /an unknown name that begins with (.*?)\. Other/.exec(document)![1]!;
  expect([...sentence.matchAll(/`(\w+)`/g)].map(([, prefix]) => prefix)).toEqual([...OWN_PREFIXES]);
});
