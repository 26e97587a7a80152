/** What no user should have to complain of: pages that a screen reader cannot tell, that load much, or that jump. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../../end-to-end/stack.ts';
import { serviceUrl } from '../service-url.ts';
import { launchChromium, signedIn } from './browser.ts';

const chromium = serviceUrl('TEST_CHROMIUM', '/usr/bin/chromium');
const FIRST_LOAD_MAX_BYTES = 100_000;
/** What web.dev calls good is 0.1. */
const LAYOUT_SHIFT_MAX = 0.02;
const SETTLED_MS = 1500;
const VIEWPORTS = [
  { width: 360, height: 780 },
  { width: 1280, height: 900 },
];
const axeScript = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const receipt = `${import.meta.dirname}/../../fixtures/generated/receipt-1.jpg`;

describe.skipIf(!chromium)('the pages of the web client', () => {
  let stack: TestStack;
  let browser: Browser;
  let accessToken: string;
  let resultId: string;

  beforeAll(async () => {
    stack = await startTestStack({ edgeVars: { LIMIT_USER_PER_MINUTE: '10000' } });
    accessToken = await stack.token();
    const client = new OcrClient({ baseUrl: stack.edgeUrl, token: accessToken });
    const image = new Blob([await readFile(receipt)], { type: 'image/jpeg' });
    resultId = (await client.process(image, { type: 'receipt' })).id;
    await client.addReceipt(image);
    browser = await launchChromium(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  /** Each page with what is on it once it has loaded. */
  const pages = () => [
    { path: '/', shows: 'Choose files' },
    { path: '/history', shows: 'HARBOUR LANE GROCERS' },
    { path: `/history/${resultId}`, shows: 'Sourdough Loaf 800g' },
    { path: '/receipts', shows: 'Process all pending' },
    { path: '/operations', shows: 'Latency' },
    { path: '/queue', shows: 'Nothing waits' },
  ];
  const contextOf = (options: object) => signedIn(browser, { edgeUrl: stack.edgeUrl, accessToken, options });

  test.each(['light', 'dark'] as const)('have no serious fault for axe, %s, narrow or wide', async (colorScheme) => {
    for (const viewport of VIEWPORTS) {
      const context = await contextOf({ colorScheme, viewport, bypassCSP: true });
      const page = await context.newPage();
      for (const { path, shows } of pages()) {
        await open(page, path, shows);
        expect.soft(await seriousFaults(page), `${path} at ${viewport.width}`).toEqual([]);
      }
      await context.close();
    }
  });

  test('and so has signing in', async () => {
    const context = await browser.newContext({ baseURL: stack.edgeUrl, bypassCSP: true });
    const page = await context.newPage();
    await open(page, '/', 'Access token');
    expect(await seriousFaults(page)).toEqual([]);
    await context.close();
  });

  test('fit their window from 360 pixels on, and do not jump while they load', async () => {
    for (const viewport of VIEWPORTS) {
      const context = await contextOf({ viewport, serviceWorkers: 'block' });
      const page = await context.newPage();
      await page.addInitScript(noteLayoutShifts);
      for (const { path, shows } of pages()) {
        await open(page, path, shows);
        // Images come after the text; a page with live events is never quiet.
        await page.waitForTimeout(SETTLED_MS);
        expect.soft(await layoutShift(page), `${path} at ${viewport.width}`).toBeLessThan(LAYOUT_SHIFT_MAX);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(overflow, `${path} at ${viewport.width}`).toBeLessThanOrEqual(0);
      }
      await context.close();
    }
  });

  test('load less than 100 KB at first, gzipped, and nothing from elsewhere', async () => {
    const context = await browser.newContext({ baseURL: stack.edgeUrl, serviceWorkers: 'block' });
    const loaded = await loadedBy(context, `/#token=${accessToken}`);
    expect([...loaded.keys()].filter((url) => !url.startsWith(stack.edgeUrl))).toEqual([]);
    const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
    console.info(`First load: ${bytes} bytes gzipped in ${loaded.size} files`);
    expect(bytes).toBeLessThan(FIRST_LOAD_MAX_BYTES);
    await context.close();
  });
});

async function open(page: Page, path: string, shows: string): Promise<void> {
  await page.goto(path);
  await page.getByText(shows).or(page.getByLabel(shows)).first().waitFor();
}

/** Of the rules that axe calls serious or critical: what is broken, and where. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axeScript });
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Runs in the page before anything else does. */
function noteLayoutShifts(): void {
  Object.assign(globalThis, { layoutShift: 0 });
  const observed = globalThis as unknown as { layoutShift: number };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (!entry.hadRecentInput) observed.layoutShift += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { layoutShift: number }).layoutShift);
}

/** Bytes of every answer that the page asked for until it was quiet, gzipped as the edge would send them. */
async function loadedBy(context: BrowserContext, path: string): Promise<Map<string, number>> {
  const page = await context.newPage();
  const loading: Promise<[string, number]>[] = [];
  page.on('response', (response) => {
    loading.push(response.body().then((body) => [response.url(), gzipSync(body).length]));
  });
  await page.goto(path);
  await page.getByText('Choose files').waitFor();
  await page.waitForLoadState('networkidle');
  return new Map(await Promise.all(loading));
}
