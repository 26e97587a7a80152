import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ocrResultSchema } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truncatedJpeg } from '../fixtures/bad-input.ts';
import { fixturePath } from '../fixtures/truth.ts';
import { type Finished, runCommand, startCommand } from './command.ts';
import { startEdgeAlone } from './edge-alone.ts';
import { freePort, startTestStack, type TestStack, temporaryFolder } from './stack.ts';
import { startStandInNode } from './stand-in-node.ts';

const SCAN = ['run', '-s', 'scan', '--'];
let folder: string;
let bad: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  bad = join(folder, 'bad.jpg');
  await writeFile(bad, await truncatedJpeg());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder of its own with copies of fixtures: by name in the folder, name of the fixture. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const inbox = await mkdtemp(join(folder, 'inbox-'));
  for (const [name, fixture] of Object.entries(files)) {
    await mkdir(join(inbox, name, '..'), { recursive: true });
    await copyFile(fixturePath(fixture), join(inbox, name));
  }
  return inbox;
}

function summaryOf({ stderr }: Finished): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

function linesOf({ stdout }: Pick<Finished, 'stdout'>): string[] {
  return stdout.split(/\r?\n/).filter((line) => line !== '');
}

describe('npm run scan', () => {
  it('prints one JSON object a line in the order given, and fails when a file did', async () => {
    const missing = join(folder, 'missing.jpg');
    const good = fixturePath('format-grey.jpg');
    const label = fixturePath('label-1.jpg');
    const files = [label, missing, good, bad, good];
    const finished = await runCommand([...SCAN, '--json', '--type', 'receipt', ...files]);
    const { code, stdout } = finished;
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ file }) => file)).toEqual(files);
    expect(lines.map(({ error }) => error?.code)).toEqual([
      undefined,
      'NOT_FOUND',
      undefined,
      'INVALID_IMAGE',
      undefined,
    ]);
    expect(lines[1].error.details.suggestion).toMatch(/\w/);
    for (const i of [0, 2, 4]) expect(ocrResultSchema.parse(lines[i].result).type).toBe('receipt');
    expect(lines[4].result.text).toContain('TOTAL 2.40');
    expect(code).toBe(1);
    expect(summaryOf(finished)).toMatch(/^5 files: 3 read, 2 failed, \d need review · [\d.]+ s · [\d.]+ images\/s$/);
  });

  it('prints a summary to read, and succeeds when all files did', async () => {
    const { code, stdout } = await runCommand([...SCAN, '--type', 'barcode', fixturePath('barcode-ean13.png')]);
    expect(stdout).toContain('4006381333931');
    expect(stdout).not.toMatch(/^\{/);
    expect(code).toBe(0);
  });

  it('reads the images of a folder, and of those below it, into one table', async () => {
    const inbox = await folderWith({ 'b.JPG': 'format-grey.jpg', 'a/c.png': 'barcode-ean13.png' });
    await writeFile(join(inbox, 'notes.txt'), 'no image');
    await writeFile(join(inbox, '._b.jpg'), 'what a Mac leaves');
    await copyFile(bad, join(inbox, 'z, "bad".jpg'));
    const finished = await runCommand([...SCAN, '--csv', '--type', 'receipt', inbox]);
    const [header, ...rows] = linesOf(finished);
    expect(header).toMatch(/^file,id,.*,total,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual([join(inbox, 'a/c.png'), join(inbox, 'b.JPG')]);
    expect(rows[1]).toContain(',2.4,');
    expect(finished.stderr).toContain('z, "bad".jpg\n  INVALID_IMAGE: ');
    expect(finished.stderr).toContain('Take the photo again');
    expect(finished.code).toBe(1);
  });

  it('writes one file for each image into a folder, and nothing on its standard output', async () => {
    const inbox = await folderWith({ 'a/photo.jpg': 'format-grey.jpg', 'b/photo.jpg': 'format-grey.jpg' });
    const out = join(inbox, 'out/');
    const files = [join(inbox, 'a/photo.jpg'), join(inbox, 'b')];
    const finished = await runCommand([...SCAN, '--hocr', '--type', 'receipt', '--out', out, ...files, bad]);
    expect(finished.stdout).toBe('');
    expect((await readdir(out)).sort()).toEqual(['photo.jpg-2.hocr', 'photo.jpg.hocr']);
    expect(await readFile(join(out, 'photo.jpg.hocr'), 'utf8')).toContain('class="ocrx_word"');
    expect(finished.code).toBe(1);
  });

  it('writes the texts of several images into one file', async () => {
    const out = join(folder, 'texts.txt');
    const good = fixturePath('format-grey.jpg');
    const { code, stdout } = await runCommand([...SCAN, '--text', '--type', 'receipt', '--out', out, good, good]);
    const texts = (await readFile(out, 'utf8')).split('\f');
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).toMatch(/TOTAL 2\.40\n/);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('explains itself', async () => {
    const { code, stdout } = await runCommand([...SCAN, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--watch FOLDER');
  });

  it.each([
    [[]],
    [['--type', 'poem', 'x.jpg']],
    [['--colour', 'x.jpg']],
    [['--csv', '--json', 'x.jpg']],
    [['--server', 'ocr.example.org', '--token', 'x', 'x.jpg']],
    [['--server', 'https://ocr.example.org', 'x.jpg']],
    [['--watch', '/no/such/folder']],
    [['--concurrency', '0', 'x.jpg']],
    [['--hocr', 'x.jpg', 'y.jpg']],
    [['--out', '/no/such/folder/x.csv', 'x.jpg']],
  ])('says how it is used for %j', async (args) => {
    const { code, stdout, stderr } = await runCommand([...SCAN, ...args], { OCR_TOKEN: '' });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: npm run -s scan');
  });
});

describe('npm run scan --watch', () => {
  it('reads what is there and what comes, each once, and ends with a summary on Ctrl-C', async () => {
    const inbox = await folderWith({ 'old.jpg': 'format-grey.jpg' });
    const command = startCommand([...SCAN, '--json', '--type', 'receipt', '--watch', inbox]);
    await command.printed('old.jpg');
    const arrived = join(inbox, 'below', 'new.png');
    await mkdir(join(inbox, 'below'));
    // In two pieces, as a scanner writes.
    const bytes = await readFile(fixturePath('barcode-ean13.png'));
    await writeFile(arrived, bytes.subarray(0, 200));
    await writeFile(arrived, bytes.subarray(200), { flag: 'a' });
    await command.printed('new.png');
    for (const name of ['old.jpg', 'below/new.png', 'old.jpg']) {
      await utimes(join(inbox, name), new Date(), new Date());
      await sleep(200);
    }
    // Comes after what was touched: when it is told, those would have been.
    await copyFile(fixturePath('barcode-qr.png'), join(inbox, 'last.png'));
    await command.printed('last.png');
    await copyFile(fixturePath('label-1.jpg'), join(inbox, 'old.jpg'));
    await expect.poll(() => command.output().split('old.jpg').length, { timeout: 30_000 }).toBe(3);
    command.signal('group', 'SIGINT');
    const finished = await command.finished;
    const files = linesOf(finished).map((line) => JSON.parse(line).file.slice(inbox.length + 1));
    expect(files).toEqual(['old.jpg', 'below/new.png', 'last.png', 'old.jpg']);
    expect(summaryOf(finished)).toMatch(/^4 files: 4 read, 0 failed/);
    expect(finished.code).toBe(0);
  });

  it('may write into the folder that it watches', async () => {
    const inbox = await folderWith({ 'old.jpg': 'format-grey.jpg' });
    const command = startCommand([...SCAN, '--json', '--watch', inbox, '--out', inbox]);
    await expect.poll(() => readdir(inbox), { timeout: 60_000 }).toContain('old.jpg.json');
    await copyFile(fixturePath('barcode-qr.png'), join(inbox, 'new.png'));
    await expect.poll(() => readdir(inbox), { timeout: 60_000 }).toContain('new.png.json');
    command.signal('group', 'SIGINT');
    const finished = await command.finished;
    expect(summaryOf(finished)).toMatch(/^2 files: 2 read, 0 failed/);
    expect((await readdir(inbox)).sort()).toEqual(['new.png', 'new.png.json', 'old.jpg', 'old.jpg.json']);
  });
});

describe('npm run scan --server', () => {
  /** Fails as soon as somebody loads the engine. Node 20, which may run npm, has no such hook and needs none. */
  const WITHOUT_ENGINE = `--import data:text/javascript,${encodeURIComponent(
    `import module from 'node:module';
     module.registerHooks?.({ resolve(name, context, next) {
       if (/onnxruntime|sharp|piscina/.test(name)) throw new Error('loaded ' + name);
       return next(name, context);
     } });`,
  )}`;
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack();
  });
  afterAll(() => stack?.stop());

  it('reads through the server, without an engine of its own, and counts what the caches knew', async () => {
    const inbox = await folderWith({
      'a.jpg': 'format-grey.jpg',
      'b.png': 'barcode-ean13.png',
      'c.jpg': 'label-1.jpg',
    });
    const args = [...SCAN, '--json', '--type', 'receipt', '--server', stack.edgeUrl, inbox, bad];
    const environment = { OCR_TOKEN: await stack.token(), NODE_OPTIONS: WITHOUT_ENGINE };
    const first = await runCommand(args, environment);
    const told = linesOf(first).map((line) => JSON.parse(line));
    expect(told.map(({ file }) => file)).toEqual([
      ...['a.jpg', 'b.png', 'c.jpg'].map((name) => join(inbox, name)),
      bad,
    ]);
    expect(told[3].error).toMatchObject({
      code: 'INVALID_IMAGE',
      details: { suggestion: expect.stringMatching(/\w/) },
    });
    expect(ocrResultSchema.parse(told[0].result).text).toContain('TOTAL 2.40');
    expect(summaryOf(first)).toMatch(/^4 files: 3 read, 1 failed, \d need review, 0 from the cache/);
    expect(first.code).toBe(1);
    const again = await runCommand([...args.slice(0, -1), '--concurrency', '1'], environment);
    expect(summaryOf(again)).toMatch(/^3 files: 3 read, 0 failed, \d need review, 3 from the cache/);
    expect(again.code).toBe(0);
  });

  it('ends at once when the server does not take the token', async () => {
    const inbox = await folderWith({ 'a.png': 'barcode-ean13.png', 'b.png': 'barcode-qr.png', 'c.jpg': 'label-1.jpg' });
    const args = ['--server', stack.edgeUrl, '--token', 'not-a-token', '--concurrency', '1', inbox];
    const finished = await runCommand([...SCAN, ...args]);
    expect(finished.stderr).toContain('UNAUTHORIZED: ');
    expect(summaryOf(finished)).toMatch(/^3 files: 0 read, 1 failed, .*, 2 not begun/);
    expect({ code: finished.code, stdout: finished.stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('tries again while the server is busy', async () => {
    const node = await startStandInNode();
    const edge = await startEdgeAlone({ nodeUrl: node.url });
    try {
      node.status = 503;
      const args = ['--json', '--server', edge.url, fixturePath('barcode-ean13.png')];
      const command = startCommand([...SCAN, ...args], { OCR_TOKEN: await edge.token() });
      await expect.poll(() => node.received.length, { timeout: 30_000 }).toBeGreaterThan(0);
      node.status = 200;
      const finished = await command.finished;
      expect(summaryOf(finished)).toMatch(/^1 file: 1 read, 0 failed/);
      expect(finished.code).toBe(0);
    } finally {
      await edge.stop();
      await node.stop();
    }
  });

  it('says when nobody answers there', async () => {
    const server = `http://127.0.0.1:${await freePort()}`;
    const files = ['barcode-ean13.png', 'barcode-qr.png'].map(fixturePath);
    const finished = await runCommand([...SCAN, '--server', server, '--token', 'x', '--concurrency', '1', ...files]);
    expect(finished.stderr).toContain('NETWORK_ERROR: ');
    expect(summaryOf(finished)).toMatch(/^2 files: 0 read, 1 failed, .*, 1 not begun/);
    expect(finished.code).toBe(1);
  });
});
