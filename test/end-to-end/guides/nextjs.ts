/** docs/guides/nextjs.md. `next` is not installed: its route handler is called with web requests, as Next does. */
import type { FunctionComponent } from 'react';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLER_TYPES, brokenFile, fileOf, formWith, type GuideTests, PATIENCE, render } from './guide-tests.ts';
import { openMiniDom } from './mini-dom.ts';
import type { Project } from './project.ts';
import { serveWeb, type WebServer } from './web-server.ts';

export function testNextjsGuide(tests: GuideTests): void {
  describe('the guide to Next.js', () => {
    interface Route {
      POST(request: Request): Promise<Response>;
    }
    let project: Project;
    let route: Route;
    let server: WebServer;
    const fetchAnywhere = globalThis.fetch;
    beforeAll(async () => {
      project = tests.project('nextjs');
      await project.compile({ compilerOptions: BUNDLER_TYPES, include: ['app', 'lib'] });
      await project.bundle();
      process.env.OCR_URL = tests.stack.edgeUrl;
      process.env.OCR_TOKEN = await tests.stack.token();
      route = await project.load<Route>('app/api/read/route.ts');
      server = await serveWeb((request) => route.POST(request));
      // In a browser a path is one of the page's own server.
      globalThis.fetch = (input, init) =>
        fetchAnywhere(typeof input === 'string' && input.startsWith('/') ? server.url + input : input, init);
    });
    afterAll(async () => {
      globalThis.fetch = fetchAnywhere;
      await server?.stop();
    });

    async function linesOf(response: Response): Promise<Record<string, unknown>[]> {
      const lines = (await response.text()).trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line));
    }

    it('answers an upload with its steps and then the result', async () => {
      const body = formWith(await fileOf('receipt-2.jpg'));
      const lines = await linesOf(await route.POST(new Request('http://localhost/api/read', { method: 'POST', body })));
      expect(lines.at(-1)).toMatchObject({ result: { structured: { total: 93.17 } } });
      expect(lines.length).toBeGreaterThan(1);
      for (const { progress } of lines.slice(0, -1)) expect(progress).toBeTypeOf('number');
    });

    it('refuses what is no image, and keeps its own troubles to itself', async () => {
      const empty = await route.POST(new Request('http://localhost/api/read', { method: 'POST', body: 'nothing' }));
      expect(empty.status).toBe(400);
      const token = process.env.OCR_TOKEN;
      process.env.OCR_TOKEN = 'expired';
      const body = formWith(await fileOf('receipt-3.jpg'));
      const lines = await linesOf(await route.POST(new Request('http://localhost/api/read', { method: 'POST', body })));
      process.env.OCR_TOKEN = token;
      expect(lines).toEqual([{ error: expect.objectContaining({ code: 'INTERNAL' }) }]);
    });

    it('shows the page, the progress, the fields and what went wrong', async () => {
      const { default: Page } = await project.load<{ default: FunctionComponent }>('app/page.tsx');
      const root = openMiniDom();
      const unmount = render(root, Page);
      await expect.poll(() => root.has('input'), PATIENCE).toBe(true);
      const choose = (file: File) => {
        const input = root.find('input')!;
        input.files = [file];
        input.dispatch('change');
      };
      choose(await fileOf('receipt-1.jpg'));
      await expect.poll(() => root.has('progress'), PATIENCE).toBe(true);
      await expect.poll(() => root.has('dd', 'HARBOUR LANE GROCERS'), PATIENCE).toBe(true);
      expect(root.has('dd', '29.75')).toBe(true);
      choose(await brokenFile());
      await expect.poll(() => root.textContent, PATIENCE).toContain('Take the photo again');
      unmount();
    });
  });
}
