import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../../end-to-end/stack.ts';
import { serviceUrl } from '../service-url.ts';
import { launchChromium } from './browser.ts';

const chromium = serviceUrl('TEST_CHROMIUM', '/usr/bin/chromium');

describe.skipIf(!chromium)('the API reference in a browser', () => {
  let stack: TestStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startTestStack();
    browser = await launchChromium(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  it('shows /openapi.json and tries a route out with the token of whoever is signed in', async () => {
    const page = await (await browser.newContext({ colorScheme: 'dark' })).newPage();
    const faults: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
    page.on('pageerror', (error) => void faults.push(String(error)));
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    const token = await stack.token();
    await page.addInitScript((kept) => localStorage.setItem('edge-ocr.token', kept), token);
    await page.goto(`${stack.edgeUrl}/docs`);
    await page.locator('.opblock').first().waitFor();

    const { paths } = (await (await fetch(`${stack.edgeUrl}/openapi.json`)).json()) as { paths: object };
    const routes = Object.values(paths).flatMap((methods) => Object.keys(methods as object));
    expect(await page.locator('.opblock').count()).toBe(routes.length);
    expect(asked).toContain(`${stack.edgeUrl}/openapi.json`);
    expect(asked.filter((url) => !url.startsWith(stack.edgeUrl) && !url.startsWith('data:'))).toEqual([]);
    expect(await page.locator('html.dark-mode').count()).toBe(1);

    await page.locator('[data-path="/api/v1/metrics"]').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/metrics'));
    await page.getByRole('button', { name: 'Execute' }).click();
    expect((await answered).status()).toBe(200);
    await page.locator('.live-responses-table', { hasText: 'total_requests' }).waitFor();
    expect(faults).toEqual([]);
  });
});
