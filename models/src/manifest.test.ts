import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { describeModel, verifiedFile } from './manifest.ts';

const [DETECTOR] = manifest.models;
const FILE = { ...DETECTOR!.origin, sha256: DETECTOR!.sha256 };

describe('verifiedFile', () => {
  test.each(manifest.models.map(({ name }) => name))('the files of %s are the ones described', async (name) => {
    const { origin, sha256, alphabet } = describeModel(name);
    for (const file of [{ ...origin, sha256 }, ...(alphabet ? [alphabet] : [])]) {
      const bytes = await readFile(await verifiedFile(file));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    }
  });

  test('another hash is refused, with both hashes named', async () => {
    const sha256 = '0'.repeat(64);
    await expect(verifiedFile({ ...FILE, sha256 })).rejects.toThrow(
      new RegExp(`damaged or not the expected file: SHA-256 ${FILE.sha256}, expected ${sha256}`),
    );
  });

  test('a missing file is named', async () => {
    await expect(verifiedFile({ ...FILE, file: 'assets/none.onnx' })).rejects.toThrow('assets/none.onnx');
  });

  test('a missing package says what to do', async () => {
    await expect(verifiedFile({ ...FILE, package: '@gutenye/none' })).rejects.toThrow(
      'Package @gutenye/none is not installed; run npm ci',
    );
  });
});

describe('describeModel', () => {
  test('an unknown name is answered with those there are', () => {
    expect(() => describeModel('pp-ocrv9')).toThrow(/No model pp-ocrv9 .*pp-ocrv4-mobile-det, pp-ocrv4-mobile-rec/);
  });

  test('names are unique, so that one means one model', () => {
    const names = manifest.models.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
