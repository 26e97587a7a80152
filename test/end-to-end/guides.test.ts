/**
 * The code of docs/guides, taken from there and run: types checked by the compiler, against the packed client library and
 * a real stack. Nest and React are real. `next` is not installed: its route handler is called with web requests, as Next
 * does, and its components are rendered by React. Of React Native and Expo only what is native has a stand-in.
 */
import { execFile, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { shopSecret, signCallback } from '@edge-ocr/gpu-node/callbacks/sign-callback';
import { localSecrets, ROOT } from '@edge-ocr/infra/local/settings';
import { buildSdk } from '@edge-ocr/infra/sdk/build';
import { createElement, type FunctionComponent } from 'react';
import { createRoot } from 'react-dom/client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truncatedJpeg } from '../fixtures/bad-input.ts';
import { fixturePath } from '../fixtures/truth.ts';
import { ApiClient, dataOf, readFixture } from './api-client.ts';
import { startCommand } from './command.ts';
import { type MiniElement, openMiniDom } from './guides/mini-dom.ts';
import { createProject, markOutputs, type Project } from './guides/project.ts';
import { readSamples, type Sample } from './guides/samples.ts';
import { serveWeb, type WebServer } from './guides/web-server.ts';
import { freePort, startTestStack, type TestStack, temporaryFolder } from './stack.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };
const SHOP = '5b0c2f3e-8f0a-4a51-9a77-2f1f5c1f0a01';
const NODE = process.execPath;

let stack: TestStack;
let scratch: string;
let samples: Sample[];
const projects = new Map<string, Project>();

beforeAll(async () => {
  scratch = await temporaryFolder();
  samples = await readSamples();
  await buildSdk(join(scratch, 'sdk'));
  for (const guide of new Set(samples.map((sample) => sample.guide))) {
    const own = samples.filter((sample) => sample.guide === guide);
    projects.set(guide, await createProject(own, join(scratch, 'sdk')));
  }
  // Callbacks of these tests go to this machine.
  stack = await startTestStack({ nodeEnvironment: { CALLBACK_ALLOW_HTTP: 'true', CALLBACK_ALLOW_PRIVATE: 'true' } });
});
afterAll(async () => {
  await stack?.stop();
  for (const project of projects.values()) await project.remove();
  await rm(scratch, { recursive: true, force: true });
});

function sampleAt(guide: string, path: string): Sample {
  return samples.find((sample) => sample.guide === guide && sample.path === path)!;
}

async function fileOf(fixture: string): Promise<File> {
  return new File([new Uint8Array(await readFixture(fixture))], fixture, { type: 'image/jpeg' });
}

async function brokenFile(): Promise<File> {
  return new File([new Uint8Array(await truncatedJpeg())], 'broken.jpg', { type: 'image/jpeg' });
}

function formWith(image: Blob): FormData {
  const form = new FormData();
  form.set('image', image);
  return form;
}

/** What a bundler of today wants of its types. */
const BUNDLER_TYPES = {
  target: 'es2022',
  lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
  module: 'preserve',
  moduleResolution: 'bundler',
  jsx: 'react-jsx',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node', 'react'],
};

function render(element: MiniElement, component: FunctionComponent): () => void {
  const root = createRoot(element as unknown as Element);
  root.render(createElement(component));
  return () => root.unmount();
}

describe('the guide to the client library', () => {
  it('packs it by its command', async () => {
    const { code } = sampleAt('sdk', 'command 1');
    const run = promisify(execFile)('sh', ['-ec', code], { cwd: ROOT, env: { ...process.env, DATA_DIR: scratch } });
    const { stdout } = await run;
    const list = await promisify(execFile)('tar', ['tzf', stdout.trim()]);
    expect(list.stdout).toContain('package/client/ocr-client.d.ts\n');
    expect(list.stdout).not.toContain('.test.');
    await projects.get('sdk')!.use('command 1');
  });

  it('reads a receipt with a few lines, and tells what went wrong', async () => {
    const project = projects.get('sdk')!;
    await markOutputs(project.folder, { 'read.js': 'read.js' });
    const run = (token: string) =>
      startCommand(
        [join(project.folder, 'read.js'), fixturePath('receipt-1.jpg')],
        { OCR_URL: stack.edgeUrl, OCR_TOKEN: token },
        NODE,
      ).finished;
    expect(await run(await stack.token())).toMatchObject({ code: 0, stdout: 'HARBOUR LANE GROCERS 29.75 GBP \n' });
    const refused = await run('no-token');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^UNAUTHORIZED: .+\. .+/);
  });
});

describe('the guide to Next.js', () => {
  interface Route {
    POST(request: Request): Promise<Response>;
  }
  let project: Project;
  let route: Route;
  let server: WebServer;
  const fetchAnywhere = globalThis.fetch;
  beforeAll(async () => {
    project = projects.get('nextjs')!;
    await project.compile({ compilerOptions: BUNDLER_TYPES, include: ['app', 'lib'] });
    await project.bundle();
    process.env.OCR_URL = stack.edgeUrl;
    process.env.OCR_TOKEN = await stack.token();
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

describe('the guide to NestJS', () => {
  let project: Project;
  beforeAll(async () => {
    project = projects.get('nestjs')!;
    await project.compile();
    await project.use('tsconfig.json');
    const sources = samples.filter(({ guide, language }) => guide === 'nestjs' && language === 'ts');
    const outputs = sources.map(({ path }) => [path, path.replace(/^src/, 'dist').replace(/\.ts$/, '.js')]);
    await markOutputs(project.folder, Object.fromEntries(outputs));
  });

  /** The compiled application in a process of its own. */
  async function startApplication(token: string, secret: string) {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const application = spawn(NODE, [join(project.folder, 'dist', 'main.js')], {
      cwd: project.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PORT: port,
        OCR_URL: stack.edgeUrl,
        OCR_TOKEN: token,
        OCR_CALLBACK_URL: `${url}/ocr/callbacks`,
        OCR_CALLBACK_SECRET: secret,
      },
    });
    await expect
      .poll(
        () =>
          fetch(url).then(
            ({ status }) => status,
            () => 0,
          ),
        PATIENCE,
      )
      .toBe(404);
    return { url, stop: () => application.kill() };
  }

  it('reads now, reads later and hears of it by signed callbacks alone', async () => {
    const { INTERNAL_SECRET } = await localSecrets(stack.dataDir);
    const token = await stack.token({ shopId: SHOP });
    const { url, stop } = await startApplication(token, shopSecret(INTERNAL_SECRET, SHOP));
    try {
      const post = async (path: string, image: File) => fetch(url + path, { method: 'POST', body: formWith(image) });
      const read = await post('/receipts', await fileOf('receipt-1.jpg'));
      expect(read.status).toBe(200);
      expect(await read.json()).toMatchObject({ structured: { total: 29.75 } });

      const broken = await post('/receipts', await brokenFile());
      expect(broken.status).toBe(422);
      expect(await broken.json()).toMatchObject({ code: 'INVALID_IMAGE', suggestion: expect.stringMatching(/\w/) });
      expect((await fetch(`${url}/receipts`, { method: 'POST', body: new FormData() })).status).toBe(400);

      const later = await post('/receipts/later', await fileOf('receipt-2.jpg'));
      expect(later.status).toBe(202);
      const { job_id } = (await later.json()) as { job_id: string };
      const outcome = () => fetch(`${url}/receipts/${job_id}`);
      await expect.poll(async () => (await outcome()).status, PATIENCE).toBe(200);
      expect(await (await outcome()).json()).toMatchObject({
        event: 'job.completed',
        result: { id: job_id, structured: { total: 93.17 } },
      });

      const body = JSON.stringify({ event: 'job.failed', job_id });
      const call = async (signature: string) => {
        const headers = { 'content-type': 'application/json', 'x-edgeocr-signature': signature };
        return (await fetch(`${url}/ocr/callbacks`, { method: 'POST', headers, body })).status;
      };
      const now = Math.floor(Date.now() / 1000);
      const secret = shopSecret(INTERNAL_SECRET, SHOP);
      expect(await call('none')).toBe(403);
      expect(await call(signCallback('another secret', now, body))).toBe(403);
      expect(await call(signCallback(secret, now, `${body} `))).toBe(403);
      expect(await call(signCallback(secret, now - 600, body))).toBe(403);
      expect(await call(signCallback(secret, now, body))).toBe(204);
      expect(await (await outcome()).json()).toEqual({ event: 'job.failed', job_id });
    } finally {
      stop();
    }
  });

  it('keeps its own troubles to itself', async () => {
    const { url, stop } = await startApplication('expired', 'x');
    try {
      const body = formWith(await fileOf('receipt-1.jpg'));
      const refused = await fetch(`${url}/receipts`, { method: 'POST', body });
      expect(refused.status).toBe(502);
      expect(await refused.json()).toMatchObject({ code: 'NETWORK_ERROR' });
    } finally {
      stop();
    }
  });
});

describe('the guide to React Native', () => {
  const NATIVE = {
    'react-native': 'react-native.ts',
    'expo-camera': 'expo-camera.ts',
    'expo-crypto': 'expo-crypto.ts',
    'expo-file-system': 'expo-file-system.ts',
    'expo-image-manipulator': 'expo-image-manipulator.ts',
    '@react-native-async-storage/async-storage': 'async-storage.ts',
    '@react-native-community/netinfo': 'netinfo.ts',
  };
  let project: Project;
  let backend: WebServer;
  let tokensGiven = 0;
  beforeAll(async () => {
    project = projects.get('react-native')!;
    const folder = join(ROOT, 'test', 'end-to-end', 'guides', 'native');
    const standIns = Object.fromEntries(Object.entries(NATIVE).map(([name, file]) => [name, join(folder, file)]));
    const paths = Object.fromEntries(Object.entries(standIns).map(([name, file]) => [name, [file]]));
    await project.compile({ compilerOptions: { ...BUNDLER_TYPES, paths }, include: ['src'] });
    await project.bundle(standIns);
    // Whoever signs the tokens for the app; the first one has expired when it arrives.
    backend = await serveWeb(async () => {
      const lifetimeSeconds = tokensGiven++ === 0 ? -60 : 3600;
      return Response.json({ token: await stack.token({ shopId: SHOP_OF_PHONE, lifetimeSeconds }) });
    });
    process.env.EXPO_PUBLIC_API_URL = backend.url;
    process.env.EXPO_PUBLIC_OCR_URL = stack.edgeUrl;
  });
  afterAll(() => backend?.stop());
  const SHOP_OF_PHONE = '5b0c2f3e-8f0a-4a51-9a77-2f1f5c1f0a02';

  it('takes photos offline, and has each read once when the connection is back', async () => {
    const { setConnected } = await project.load<typeof import('./guides/native/netinfo.ts')>('native/netinfo');
    const { showToCamera } = await project.load<typeof import('./guides/native/expo-camera.ts')>('native/expo-camera');
    const { ReceiptCamera } = await project.load<{ ReceiptCamera: FunctionComponent }>('src/receipt-camera.tsx');
    const { ReceiptList } = await project.load<{ ReceiptList: FunctionComponent }>('src/receipt-list.tsx');
    const root = openMiniDom();
    const unmount = render(root, () =>
      createElement('main', null, createElement(ReceiptCamera), createElement(ReceiptList)),
    );
    await expect.poll(() => root.has('button', 'Allow the camera'), PATIENCE).toBe(true);
    root.find('button', 'Allow the camera')!.dispatch('click');
    await expect.poll(() => root.has('video'), PATIENCE).toBe(true);
    const broken = join(scratch, 'broken.jpg');
    await writeFile(broken, await truncatedJpeg());
    const rows = () => root.textContent.split('waits for a connection').length - 1;
    const large = join(scratch, 'large.jpg');
    await sharp(fixturePath('label-1.jpg')).resize({ width: 2400 }).toFile(large);
    const photos = [
      fixturePath('receipt-1.jpg'),
      fixturePath('receipt-1.jpg'),
      fixturePath('receipt-2.jpg'),
      broken,
      large,
    ];
    for (const [i, photo] of photos.entries()) {
      showToCamera(pathToFileURL(photo).href);
      root.find('button', 'Take photo')!.dispatch('click');
      // The second is the first.
      await expect.poll(rows, PATIENCE).toBe(Math.max(1, i));
    }
    expect(tokensGiven).toBe(0);

    setConnected(true);
    await expect.poll(() => root.textContent, PATIENCE).toContain('HARBOUR LANE GROCERS 29.75');
    await expect.poll(() => root.textContent, PATIENCE).toContain('BUKIT JAYA HARDWARE 93.17');
    await expect.poll(() => root.textContent, PATIENCE).toContain('Take the photo again');
    await expect.poll(() => /waits|is being read/.test(root.textContent), PATIENCE).toBe(false);
    const api = new ApiClient(stack.edgeUrl, await stack.token({ shopId: SHOP_OF_PHONE }));
    const { results } = dataOf<{ results: { pages: { width: number }[] }[] }>(await api.send('/api/v1/ocr/results'));
    // The newest first; it was made smaller on the phone.
    expect(results.map(({ pages }) => pages[0]?.width)).toEqual([2000, expect.any(Number), expect.any(Number)]);
    // Off the net again, so that what is tried again is seen to wait.
    setConnected(false);
    root.find('button', 'Try again')!.dispatch('click');
    await expect.poll(rows, PATIENCE).toBe(1);
    setConnected(true);
    await expect.poll(() => root.has('button', 'Try again'), PATIENCE).toBe(true);
    unmount();
  });

  it('reads at once where somebody waits', async () => {
    interface ReadNow {
      readNow(uri: string, onProgress: (share: number) => void): Promise<{ structured: { total?: number } }>;
    }
    const { readNow } = await project.load<ReadNow>('src/read-now.ts');
    const shares: number[] = [];
    const result = await readNow(pathToFileURL(fixturePath('receipt-3.jpg')).href, (share) => shares.push(share));
    expect(result.structured.total).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
    const { queue } = await project.load<{ queue: Promise<{ close(): Promise<void> }> }>('src/ocr.ts');
    await (await queue).close();
  });
});

// Last, when all others have run.
describe('the guides', () => {
  it('show no code that was not run', async () => {
    for (const [guide, project] of projects) {
      const shown = samples.filter((sample) => sample.guide === guide).map(({ path }) => path);
      expect((await project.ran()).sort(), guide).toEqual(shown.sort());
    }
  });
});
