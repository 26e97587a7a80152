import { createHash } from 'node:crypto';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeHubModel, type HubModel } from '../manifest.ts';
import { type FetchOptions, fetchModel, filesOf } from './fetch-model.ts';
import { HubError } from './hub-error.ts';
import { COMMIT, contentOf, type HubServer, startHub } from './hub-server.fixture.ts';
import { checkFiles, lockedVersion, readLock } from './model-lock.ts';

const MODEL: HubModel = describeHubModel('trocr-small-printed');
const LARGE = 'onnx/decoder_model_merged.onnx';

let hub: HubServer;
let folder: string;
let target: string;
beforeEach(async () => {
  hub = await startHub();
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  target = join(folder, MODEL.name);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function fetchIt(options: Partial<FetchOptions> = {}) {
  const patience = { retries: 3, pauseMs: 1, silenceMs: 5000 };
  return fetchModel(MODEL, { folder, variant: 'fp32', endpoint: hub.url, patience, ...options });
}

const askedForLarge = () => hub.asked.filter(({ path }) => path === LARGE).map(({ range }) => range);
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe('fetchModel', () => {
  test('brings all files, and records the commit and what they hash to', async () => {
    const progress = new Map<string, number>();
    const fetched = await fetchIt({ onProgress: (path, bytes) => progress.set(path, bytes) });
    expect(fetched).toMatchObject({ folder: target, commit: COMMIT, downloaded: filesOf('fp32') });
    const lock = (await readLock(target))!;
    expect(Object.keys(lock.files).sort()).toEqual(filesOf('fp32').sort());
    for (const [path, { size, sha256 }] of Object.entries(lock.files)) {
      const content = hub.files.get(path)!;
      expect(await readFile(join(target, path))).toEqual(content);
      expect({ size, sha256 }).toEqual({
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
      expect(progress.get(path)).toBe(content.length);
    }
    expect(await readdir(folder)).toEqual([MODEL.name]);
    const all = await readdir(target, { recursive: true });
    expect(all.filter((path) => /etag|partial/.test(path))).toEqual([]);
  });

  test('a model that is there is verified without the network', async () => {
    await fetchIt();
    const offline = await fetchIt({ endpoint: 'http://127.0.0.1:1' });
    expect(offline).toMatchObject({ commit: COMMIT, downloaded: [] });
  });

  test('goes on where a connection broke, again and again', async () => {
    hub.faults.push({ breakAfter: 200_000 }, { breakAfter: 0 }, { breakAfter: 300_000 });
    await fetchIt();
    expect(await readFile(join(target, LARGE))).toEqual(hub.files.get(LARGE));
    const [first, ...others] = askedForLarge();
    expect(first).toBeNull();
    expect(others.length).toBeGreaterThanOrEqual(2);
    expect(others.every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  test('goes on in another run after one that gave up', async () => {
    hub.faults.push({ breakAfter: 400_000 }, ...Array.from({ length: 4 }, () => ({ breakAfter: 0 })));
    await expect(fetchIt()).rejects.toThrow(/broke off too often.*same command goes on/);
    expect(await isThere(target)).toBe(false);
    const before = hub.sent;
    await fetchIt();
    expect(hub.sent - before).toBeLessThan(700_000);
    expect(askedForLarge().at(-1)).toMatch(/^bytes=/);
    expect(await checkFiles(target, (await readLock(target))!)).toEqual([]);
  });

  test('begins anew where the contents have changed in between, or the hub knows no ranges', async () => {
    hub.faults.push({ breakAfter: 300_000 }, { status: 500 }, { status: 500 }, { status: 500 }, { status: 500 });
    await expect(fetchIt()).rejects.toThrow(HubError);
    hub.files.set(LARGE, contentOf(650_000));
    await fetchIt();
    expect(await readFile(join(target, LARGE))).toEqual(contentOf(650_000));

    hub.ranges = false;
    hub.files.set(LARGE, contentOf(600_000));
    hub.faults.push({ breakAfter: 100_000 });
    await fetchIt({ revision: 'd'.repeat(40) });
    expect(await readFile(join(target, LARGE))).toEqual(contentOf(600_000));
  });

  test('a connection that always breaks at the same place, without ranges, is given up', async () => {
    hub.ranges = false;
    hub.faults.push(...Array.from({ length: 50 }, () => ({ breakAfter: 100_000 })));
    await expect(fetchIt()).rejects.toThrow(/broke off too often/);
    expect(askedForLarge().length).toBeLessThan(10);
  });

  test('a hub that falls silent is asked again', async () => {
    hub.faults.push({ silentAfter: 250_000 });
    await fetchIt({ patience: { retries: 2, pauseMs: 1, silenceMs: 300 } });
    expect(await readFile(join(target, LARGE))).toEqual(hub.files.get(LARGE));
    expect(askedForLarge()[1]).toMatch(/^bytes=[1-9]/);
  });

  test('a part that was not asked for is not taken', async () => {
    hub.faults.push({ breakAfter: 250_000 }, { wrongRange: true });
    await fetchIt();
    expect(await readFile(join(target, LARGE))).toEqual(hub.files.get(LARGE));
  });

  test('what is busy is asked again, what is not there is not', async () => {
    hub.faults.push({ status: 503 }, { status: 429 });
    await fetchIt();
    expect(askedForLarge()).toHaveLength(3);

    hub.faults.push({ status: 404 });
    await expect(fetchIt({ revision: 'a'.repeat(40) })).rejects.toThrow(/has no .*404/);
    expect(askedForLarge()).toHaveLength(4);
  });

  test.each([LARGE, 'config.json'])('%s that is not what the hub says is refused and removed', async (path) => {
    const right = hub.files.get(path)!;
    hub.promised.set(path, right);
    hub.files.set(path, Buffer.from(right.map((byte, i) => (i === 7 ? byte ^ 1 : byte))));
    await expect(fetchIt()).rejects.toThrow(`${path} came damaged`);
    expect(await isThere(target)).toBe(false);
    hub.files.set(path, right);
    await fetchIt();
    expect(await readFile(join(target, path))).toEqual(right);
  });

  test('a damaged file is named, and brought again from the commit that was recorded, and nothing else', async () => {
    await fetchIt();
    await writeFile(join(target, 'tokenizer.json'), 'damaged');
    await expect(lockedVersion(target)).rejects.toThrow(
      /tokenizer.json is damaged: SHA-256 .*npm run models -- fetch|npm run models -- fetch\n {2}tokenizer.json is damaged/,
    );
    const fetched = await fetchIt();
    expect(fetched).toMatchObject({ commit: COMMIT, downloaded: ['tokenizer.json'] });
    expect(await checkFiles(target, (await readLock(target))!)).toEqual([]);
  });

  test('a hub that gives another file for the recorded commit is not believed', async () => {
    await fetchIt();
    await rm(join(target, LARGE));
    hub.files.set(LARGE, contentOf(5000));
    await expect(fetchIt()).rejects.toThrow(/came damaged: SHA-256 .* recorded when it was first fetched/);
  });

  test('another variant joins the one that is there', async () => {
    await fetchIt();
    const { downloaded } = await fetchIt({ variant: 'quantized' });
    expect(downloaded).toEqual(['onnx/encoder_model_quantized.onnx', 'onnx/decoder_model_merged_quantized.onnx']);
    const { files } = (await readLock(target))!;
    expect(Object.keys(files).sort()).toEqual([...new Set([...filesOf('fp32'), ...filesOf('quantized')])].sort());
  });

  test('without a hub the message says what to do', async () => {
    const problem: Error = await fetchIt({ endpoint: 'http://127.0.0.1:1' }).catch((error) => error);
    expect(problem).toBeInstanceOf(HubError);
    expect(problem.message).toContain('http://127.0.0.1:1 cannot be reached');
    expect(problem.message).toContain(`copy DIR/${MODEL.name}, its lock.json included, to ${target} here`);
    expect(problem.message).toContain('HF_ENDPOINT');
  });

  test('what answers is a hub, or is told to be none', async () => {
    hub.files.clear();
    await expect(fetchIt()).rejects.toThrow(`has no config.json at ${COMMIT}`);
    await expect(fetchIt({ revision: 'no such branch' })).rejects.toThrow(
      /has no Xenova\/trocr-small-printed at no such branch/,
    );
  });
});

describe('lockedVersion', () => {
  test('changes with the weights, with a record and without', async () => {
    await fetchIt();
    const recorded = await lockedVersion(target);
    await rm(join(target, 'lock.json'));
    const unrecorded = await lockedVersion(target);
    await writeFile(join(target, LARGE), 'other weights');
    expect(new Set([recorded, unrecorded, await lockedVersion(target)]).size).toBe(3);
  });

  test('a record that cannot be read is told, with what to do', async () => {
    await fetchIt();
    await writeFile(join(target, 'lock.json'), '{');
    await expect(readLock(target)).rejects.toThrow(/lock.json is damaged: remove the folder/);
  });
});
