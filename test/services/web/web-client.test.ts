/** The web client in a real browser, against the whole stack. */
import { readFile } from 'node:fs/promises';
import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../../end-to-end/stack.ts';
import { serviceUrl } from '../service-url.ts';
import { launchChromium, signedIn } from './browser.ts';
import { largestOffset } from './overlay.ts';

const chromium = serviceUrl('TEST_CHROMIUM', '/usr/bin/chromium');
const READING_TIMEOUT_MS = 60_000;
const fixture = (name: string) => `${import.meta.dirname}/../../fixtures/generated/${name}`;

describe.skipIf(!chromium)('the web client', () => {
  let stack: TestStack;
  let browser: Browser;
  let accessToken: string;

  beforeAll(async () => {
    // Every step is a request of its own, and the page asks for progress besides.
    stack = await startTestStack({ edgeVars: { LIMIT_USER_PER_MINUTE: '10000' } });
    accessToken = await stack.token();
    browser = await launchChromium(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  const visit = (options = {}) => signedIn(browser, { edgeUrl: stack.edgeUrl, accessToken, options });
  const api = () => new OcrClient({ baseUrl: stack.edgeUrl, token: accessToken });

  test('reads three dropped receipts, shows where, takes a correction, and finds it again', async () => {
    const context = await visit();
    const page = await context.newPage();
    await page.goto('/');
    await page.getByRole('radio', { name: 'Receipt' }).check({ force: true });
    const steps = await watchSteps(page);
    await drop(page, ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg']);
    await expectRead(page, 3);
    const seen = await steps();
    for (const file of ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg']) {
      expect(seen[file]).toEqual(expect.arrayContaining(['sending', 'reading', 'done']));
    }

    await page.getByRole('button', { name: 'receipt-1.jpg', exact: true }).click();
    const { results } = await api().results({ query: 'HARBOUR' });
    expect(results).toHaveLength(1);
    expect(await largestOffset(page, results[0]!)).toBeLessThan(1);

    await expectLinked(page);
    const company = page.getByLabel('Company', { exact: true });
    await company.fill('Harbour Lane Delicatessen');
    await company.press('Enter');
    await page.getByText('corrected').first().waitFor();
    expect((await api().result(results[0]!.id)).structured.company).toBe('Harbour Lane Delicatessen');

    await page.goto('/history');
    await page.reload();
    await page.getByLabel('Search').fill('sourdough');
    const found = page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await found.filter({ hasText: 'Harbour Lane Delicatessen' }).waitFor();
    await expect.poll(() => found.count()).toBe(1);
    await found.getByRole('link').first().click();
    await page.waitForURL(`**/history/${results[0]!.id}`);
    await expect.poll(() => page.getByLabel('Company', { exact: true }).inputValue()).toBe('Harbour Lane Delicatessen');
    await context.close();
  });

  test('keeps two images while offline, over a reload, and sends each once', async () => {
    const context = await visit();
    const page = await context.newPage();
    await page.goto('/');
    // The app itself must open without a connection.
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await context.setOffline(true);
    await drop(page, ['label-1.jpg', 'label-2.jpg']);
    await page.getByText('Offline: 2 images wait').waitFor();
    await page.reload();
    await page.getByText('Offline: 2 images wait').waitFor();
    await drop(page, ['label-1.jpg']);
    await page.getByText('Offline: 2 images wait').waitFor();

    const before = await countResults();
    await context.setOffline(false);
    await expect.poll(countResults, { timeout: READING_TIMEOUT_MS }).toBe(before + 2);
    await page.goto('/queue');
    await expect.poll(() => page.getByText('Sent', { exact: true }).count(), { timeout: READING_TIMEOUT_MS }).toBe(2);
    expect(await countResults()).toBe(before + 2);
    await context.close();
  });

  test('reads all pending receipts and counts them live', async () => {
    const context = await visit();
    const page = await context.newPage();
    await page.goto('/receipts');
    await page.getByLabel('Receipts to add').setInputFiles([fixture('receipt-1.jpg'), fixture('receipt-4-noisy.jpg')]);
    await page.getByRole('link', { name: '2 Pending', exact: true }).waitFor();
    await page.getByRole('button', { name: /Process all pending/ }).click();
    await page.getByRole('link', { name: '2 Read', exact: true }).waitFor({ timeout: READING_TIMEOUT_MS });
    expect(await api().receiptsQueueStatus()).toMatchObject({ pending: 0, completed: 2 });
    await context.close();
  });

  /** Of the shop, from the database. */
  async function countResults(): Promise<number> {
    return (await api().results({ limit: 100 })).results.length;
  }
});

/** As a person drops files from a folder. */
async function drop(page: Page, names: readonly string[]): Promise<void> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, base64: (await readFile(fixture(name))).toString('base64') })),
  );
  const dataTransfer = await page.evaluateHandle((sent) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of sent) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }));
    }
    return transfer;
  }, files);
  for (const event of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('main', event, { dataTransfer });
}

async function expectRead(page: Page, count: number): Promise<void> {
  await expect
    .poll(() => page.locator('.file-card[data-step=done]').count(), { timeout: READING_TIMEOUT_MS })
    .toBe(count);
}

/** Every step that each card was in, however short. */
async function watchSteps(page: Page): Promise<() => Promise<Record<string, string[]>>> {
  await page.evaluate(() => {
    const seen: Record<string, string[]> = {};
    const note = () => {
      for (const card of document.querySelectorAll<HTMLElement>('.file-card')) {
        const { file = '', step = '' } = card.dataset;
        seen[file] ??= [];
        if (seen[file].at(-1) !== step) seen[file].push(step);
      }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(globalThis, { seenSteps: seen });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seenSteps: Record<string, string[]> }).seenSteps);
}

/** Pointing at a field shows its place on the image, and the reverse. */
async function expectLinked(page: Page): Promise<void> {
  const entry = (name: string) => page.locator(`[data-field-entry=${name}]`);
  const shape = (name: string) => page.locator(`polygon[data-field=${name}]`);
  await entry('total').hover();
  await expect
    .poll(() => page.locator('.lit polygon').getAttribute('points'))
    .toBe(await shape('total').getAttribute('points'));
  await shape('date').hover();
  await entry('date').and(page.locator('.linked')).waitFor();
}
