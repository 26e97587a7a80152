/** Runs every sample of docs/sdk.md against a real stack; what a sample prints must be what the comment beside it says. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readFixture } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const samples = [...(await readFile(join(ROOT, 'docs/sdk.md'), 'utf8')).matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, code]) => code!,
);
const STAND_INS = {
  '@react-native-async-storage/async-storage': 'async-storage.ts',
  'expo-crypto': 'expo-crypto.ts',
};

let stack: TestStack;
/** Within the repository, where its packages are found. */
let folder: string;
beforeAll(async () => {
  stack = await startTestStack();
  folder = await mkdtemp(join(import.meta.dirname, 'samples-'));
});
afterAll(async () => {
  await stack?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

it('there are samples', () => expect(samples.length).toBeGreaterThan(5));

it.each(samples.map((code, index) => ({ code, index })))(
  'sample $index prints what it says',
  async ({ code, index }) => {
    Object.assign(globalThis, {
      currentToken: () => stack.token(),
      photo: new Uint8Array(await readFixture('receipt-1.jpg')),
      folder: join(folder, `queue-${index}`),
      showUpload: vi.fn(),
      showReading: vi.fn(),
      showQueue: vi.fn(),
    });
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
    const path = join(folder, `sample-${index}.ts`);
    await writeFile(path, runnable(code));
    await import(/* @vite-ignore */ path);
    const lines = printed.mock.calls.map((values) => values.join(' ')).filter((line) => !line.startsWith('[wrangler'));
    printed.mockRestore();
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(promised.length).toBeGreaterThan(0);
    expect(lines).toEqual(promised);
  },
);

function runnable(code: string): string {
  let own = code.replaceAll('https://ocr.example.org', stack.edgeUrl);
  for (const [name, file] of Object.entries(STAND_INS))
    own = own.replaceAll(`'${name}'`, `'${join(import.meta.dirname, 'stand-ins', file)}'`);
  return own;
}
