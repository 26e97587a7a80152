/** Debian's Chromium, driven by playwright-core: TEST_CHROMIUM=/usr/bin/chromium npm run test:services */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

/** What Chromium asks the network for by itself is refused where there is none, many times a second. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

export function launchChromium(executablePath: string): Promise<Browser> {
  // Chromium refuses to sandbox pages for root, who runs the tests on a machine that is thrown away.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...QUIET, ...sandbox] });
}

export interface Visit {
  readonly edgeUrl: string;
  readonly accessToken: string;
  readonly options?: BrowserContextOptions;
}

/** A visitor of their own, signed in: nothing of another test's is in this browser profile. */
export async function signedIn(browser: Browser, { edgeUrl, accessToken, options }: Visit): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: edgeUrl, ...options });
  const page = await context.newPage();
  await page.goto(`/#token=${accessToken}`);
  await page.close();
  return context;
}
