/** The client where only a browser has what it uses: canvas, XMLHttpRequest, IndexedDB, locks between tabs. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFixture } from '../../end-to-end/api-client.ts';
import { startTestStack, type TestStack } from '../../end-to-end/stack.ts';
import { serviceUrl } from '../service-url.ts';
import { launchChromium } from './browser.ts';
import type { Sdk } from './sdk.entry.ts';

const chromium = serviceUrl('TEST_CHROMIUM', '/usr/bin/chromium');
const PATIENCE = { timeout: 60_000 };
declare const sdk: Sdk;

/** The client as a browser gets it. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, 'sdk.entry.ts'), formats: ['iife'], name: 'entry' },
    },
  });
  const [output] = [built].flat() as { output: { code: string }[] }[];
  return output!.output[0]!.code;
}

it('a bundle of all of it is small, and has no schemas in it', async () => {
  const code = await bundle();
  expect(code).not.toMatch(/zod/i);
  expect(gzipSync(code).byteLength).toBeLessThan(20_000);
});

describe.skipIf(!chromium)('in Chromium', () => {
  let stack: TestStack;
  let browser: Browser;
  let context: BrowserContext;
  let script: string;
  let setup: { baseUrl: string; token: string };
  /** Of uploads, in their order. */
  const uploads: string[] = [];
  beforeAll(async () => {
    stack = await startTestStack();
    script = await bundle();
    setup = { baseUrl: stack.edgeUrl, token: await stack.token() };
    browser = await launchChromium(chromium!);
    context = await browser.newContext();
    await context.route(`${stack.edgeUrl}/sdk-test`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>test</title>' }),
    );
    context.on('request', (request) => {
      if (request.method() === 'POST') uploads.push(request.url().slice(stack.edgeUrl.length));
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  async function openPage(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${stack.edgeUrl}/sdk-test`);
    await page.addScriptTag({ content: script });
    return page;
  }

  it('a large photo is sent smaller and upright, with its progress, and found again by its hash', async () => {
    const page = await openPage();
    const receipt = await readFixture('receipt-1.jpg');
    // As a phone held upright writes it: the pixels lie on their side.
    const photo = await sharp(receipt)
      .resize({ height: 5000 })
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const told = await page.evaluate(
      async ({ baseUrl, token, photo }) => {
        const client = new sdk.OcrClient({ baseUrl, token });
        const image = new Blob([Uint8Array.from(atob(photo), (character) => character.charCodeAt(0))]);
        const progress: number[] = [];
        const result = await client.process(
          image,
          { type: 'receipt' },
          { onUploadProgress: ({ loaded }) => progress.push(loaded) },
        );
        const again = await client.process(image, { type: 'receipt' });
        return { result, again, progress, size: image.size };
      },
      { ...setup, photo: photo.toString('base64') },
    );
    const { width, height } = told.result.pages[0]!;
    expect(height).toBe(3000);
    expect(width).toBeLessThan(height);
    expect(told.result.structured.total).toBe(29.75);
    expect(told.result.image.size_bytes).toBeLessThan(told.size);
    // Only XMLHttpRequest tells nothing before something has left.
    expect(told.progress[0]).toBeGreaterThan(0);
    expect(told.progress.at(-1)).toBe(told.result.image.size_bytes);
    expect(told.again).toMatchObject({ id: told.result.id, cache: 'hit' });
    expect(uploads).toEqual(['/api/v1/ocr/process?type=receipt']);
  });

  it('what no browser can draw, and what is small enough, goes as it is', async () => {
    const page = await openPage();
    const files = await Promise.all(['format.tiff', 'receipt-2.jpg'].map(readFixture));
    const same = await page.evaluate(
      async (images) => {
        const kept = images.map(async (image) => {
          const bytes = Uint8Array.from(atob(image), (character) => character.charCodeAt(0));
          return (await sdk.shrinkImage(bytes)) === bytes;
        });
        return await Promise.all(kept);
      },
      files.map((file) => file.toString('base64')),
    );
    expect(same).toEqual([true, true]);
  });

  it('two tabs that queue while offline send each image once, also after a reload', async () => {
    uploads.length = 0;
    const pages = [await openPage(), await openPage(), await openPage()];
    await context.setOffline(true);
    const names = ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg'];
    const photos = await Promise.all(names.map(async (name) => (await readFixture(name)).toString('base64')));
    const take = (page: Page, images: readonly string[]) =>
      page.evaluate(
        async ({ baseUrl, token, images }) => {
          const client = new sdk.OcrClient({ baseUrl, token });
          const queue = await sdk.OfflineQueue.open({ client, storage: sdk.indexedDbStorage('tabs') });
          Object.assign(globalThis, { queue });
          for (const image of images) {
            const bytes = Uint8Array.from(atob(image), (character) => character.charCodeAt(0));
            await queue.add(bytes, { options: { type: 'invoice' } });
          }
        },
        { ...setup, images },
      );
    await Promise.all([take(pages[0]!, photos.slice(0, 2)), take(pages[1]!, photos.slice(1)), take(pages[2]!, [])]);
    const states = (page: Page) =>
      page.evaluate(() =>
        (globalThis as unknown as { queue: { items(): { state: string }[] } }).queue.items().map(({ state }) => state),
      );
    for (const page of pages) await expect.poll(() => states(page), PATIENCE).toEqual(Array(3).fill('waiting'));
    // The one that was closed while offline left what it took.
    await pages[0]!.close();
    await context.setOffline(false);
    for (const page of pages.slice(1)) await expect.poll(() => states(page), PATIENCE).toEqual(Array(3).fill('done'));
    const later = await openPage();
    await take(later, photos);
    expect(await states(later)).toEqual(Array(3).fill('done'));
    expect(uploads).toEqual(Array(3).fill('/api/v1/ocr/process?type=invoice'));
  });
});
