import { readFile } from 'node:fs/promises';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { type OcrResult, ocrResultSchema, type Polygon } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { badPhoto } from '../../test/fixtures/as-format.ts';
import { textNamedJpg, truncatedJpeg } from '../../test/fixtures/bad-input.ts';
import { fixturePath, heicPath, readTruth } from '../../test/fixtures/truth.ts';
import { lineEngines } from './engines/choose-engines.ts';
import { paddleEngine } from './engines/paddle-engine.ts';
import { loadTestEngine } from './inference/engine.fixture.ts';
import type { Engine } from './inference/engine.ts';
import { type DocumentRequest, processDocument } from './process-document.ts';
import { CropBatcher } from './recognise/crop-batcher.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});
afterAll(() => engine.close());

function read(bytes: Uint8Array, options: Record<string, unknown> = {}, request: Partial<DocumentRequest> = {}) {
  const signal = AbortSignal.timeout(15_000);
  return processDocument({ bytes, options: parseOcrOptions(options), signal, ...request }, engine);
}
const fixture = (name: string) => readFile(fixturePath(name));

function boundsOf(polygon: Polygon) {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function isInside(inner: Polygon, outer: Polygon, slack: number): boolean {
  const [a, b] = [boundsOf(inner), boundsOf(outer)];
  return (
    a.left >= b.left - slack && a.right <= b.right + slack && a.top >= b.top - slack && a.bottom <= b.bottom + slack
  );
}

describe('a receipt', () => {
  const persisted: OcrResult[] = [];
  const persist = async (unsaved: OcrResult) => {
    persisted.push(structuredClone(unsaved));
    return { ...unsaved, duplicate_of: unsaved.id };
  };
  let bytes: Buffer;
  let result: OcrResult;
  const lineWith = (text: string, of: OcrResult = result) => of.lines.find((line) => line.text.includes(text))!;
  beforeAll(async () => {
    bytes = await fixture('receipt-1.jpg');
    result = await read(bytes, { type: 'receipt' }, { persist });
  });

  test('is read: text row by row, fields, confidence', () => {
    const truth = readTruth()['receipt-1.jpg']!;
    const rows = result.text.split('\n');
    const exact = truth.lines.filter((line) => rows.includes(line)).length;
    expect(exact / truth.lines.length).toBeGreaterThan(0.7);
    expect(rows.filter((row) => truth.lines.includes(row))).toEqual(truth.lines.filter((line) => rows.includes(line)));
    expect(result.structured).toMatchObject({ total: truth.fields.total, date: truth.fields.date });
    expect(result.confidence).toBeGreaterThan(0.9);
    expect(result).toMatchObject({
      type: 'receipt',
      cache: 'miss',
      needs_review: false,
      model_version: engine.modelVersion,
    });
  });

  test('lines lie on the page, in reading order, each row below the one before', () => {
    const [page] = result.pages;
    const whole: Polygon = [
      [0, 0],
      [page!.width, page!.height],
    ];
    for (const line of result.lines) expect(isInside(line.polygon, whole, 0), line.text).toBe(true);
    const middles = result.lines.map(({ polygon }) => (boundsOf(polygon).top + boundsOf(polygon).bottom) / 2);
    const height = (page!.height / result.lines.length) * 0.5;
    for (let i = 1; i < middles.length; i++) expect(middles[i]! - middles[i - 1]!).toBeGreaterThan(-height);
    expect(boundsOf(lineWith('HARBOUR').polygon).bottom).toBeLessThan(boundsOf(lineWith('TOTAL').polygon).top);
    expect(result.lines[0]!.row).toBe(0);
  });

  test('a name and its price share a row, the name on the left', () => {
    const total = lineWith('TOTAL GBP');
    const amount = result.lines.find((line) => line.row === total.row && line.text.includes('29.75'))!;
    const price = amount === total ? total.words.at(-1)! : amount;
    const label = amount === total ? total.words[0]! : total;
    expect(boundsOf(label.polygon).right).toBeLessThan(boundsOf(price.polygon).left);
  });

  test('words lie inside their line, from left to right, and make up its text', () => {
    expect(result.lines.some((line) => line.words.length > 1)).toBe(true);
    for (const line of result.lines) {
      expect(line.words.map((word) => word.text).join(' ')).toBe(line.text);
      for (const word of line.words) expect(isInside(word.polygon, line.polygon, 1), word.text).toBe(true);
      const lefts = line.words.map((word) => word.polygon[0]![0]);
      expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    }
  });

  test('every stage that ran is timed, and none takes longer than the whole', () => {
    const { timings, processing_time_ms: whole } = result;
    const ran = ['barcodes', 'decode', 'detect', 'extract', 'inspect', 'persist', 'recognise'];
    expect(Object.keys(timings)).toEqual(expect.arrayContaining(ran));
    expect(Math.max(...Object.values(timings))).toBeLessThanOrEqual(whole);
    expect(whole).toBeGreaterThanOrEqual(timings.decode! + timings.detect! + timings.recognise! - 1);
  });

  test('is persisted once, as the contract has it, and answered as kept', () => {
    expect(persisted).toHaveLength(1);
    const unsaved = persisted[0]!;
    expect(ocrResultSchema.parse(unsaved)).toEqual(unsaved);
    expect(ocrResultSchema.parse(result)).toEqual(result);
    expect(result.duplicate_of).toBe(unsaved.id);
    expect(unsaved.image).toMatchObject({ format: 'jpeg', size_bytes: bytes.byteLength });
  });

  test('a smaller working image is measured in pixels of the original', async () => {
    const [page] = result.pages;
    const scaled = { ...engine, config: { ...engine.config, WORKING_SIDE: Math.round(page!.height * 0.8) } };
    const signal = AbortSignal.timeout(15_000);
    const options = parseOcrOptions({ type: 'receipt', extract_barcodes: 'false' });
    const smaller = await processDocument({ bytes, options, signal }, scaled);
    expect(smaller.pages).toEqual(result.pages);
    const slack = page!.height / 100;
    for (const text of ['HARBOUR', 'TOTAL GBP']) {
      expect(isInside(lineWith(text, smaller).polygon, lineWith(text).polygon, slack)).toBe(true);
      expect(isInside(lineWith(text).polygon, lineWith(text, smaller).polygon, slack)).toBe(true);
    }
    expect(smaller.timings).not.toHaveProperty('barcodes');
  });
});

describe('codes', () => {
  test('type=barcode is answered by the code alone: no text is read', async () => {
    const [expected] = readTruth()['barcode-ean13.png']!.barcodes;
    const result = await read(await fixture('barcode-ean13.png'), { type: 'barcode', extract_barcodes: false });
    expect(result.barcodes).toEqual([expect.objectContaining(expected)]);
    expect(result).toMatchObject({ lines: [], text: '', needs_review: false });
    expect(result.timings).toHaveProperty('barcodes');
    for (const stage of ['detect', 'recognise']) expect(result.timings).not.toHaveProperty(stage);
  });

  test('type=barcode without a code reads the text', async () => {
    const result = await read(await fixture('format.webp'), { type: 'barcode' });
    expect(result.barcodes).toEqual([]);
    expect(result.text).toContain('TOTAL');
  });
});

describe('what is not a photo of text', () => {
  test('further frames are not read, and said so', async () => {
    const result = await read(await fixture('format-animated.gif'), { type: 'receipt' });
    expect(result.warnings).toEqual([expect.stringContaining('first of 2')]);
    expect(result.text).toContain('CORNER SHOP');
    expect(result.text).not.toContain('SECOND');
  });

  test('a HEIC photo is read as the same picture in other formats is', async () => {
    const result = await read(await readFile(heicPath('format-grid.heic')), { type: 'receipt' });
    expect(result.text).toContain('TOTAL 2.40');
    expect(result.pages).toEqual([{ width: 420, height: 180 }]);
    expect(result.image.format).toBe('heic');
  });

  test('a damaged HEIC is INVALID_IMAGE', async () => {
    const bytes = (await readFile(heicPath('format.heic'))).subarray(0, 5000);
    await expect(read(bytes)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  test.each([
    ['text', textNamedJpg(), 'neither an image nor a PDF'],
    ['nothing', Buffer.alloc(0), 'neither an image nor a PDF'],
  ])('%s is UNSUPPORTED_TYPE', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringContaining(message),
    });
  });

  test('a damaged image is INVALID_IMAGE, and never persisted', async () => {
    const persist = vi.fn(async (result: OcrResult) => result);
    await expect(read(await truncatedJpeg(), {}, { persist })).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    expect(persist).not.toHaveBeenCalled();
  });
});

describe('an aborted request', () => {
  const reason = new Error('the client has gone');

  /** An engine that aborts when the stage or network begins, and notes what ran. */
  function abortingAt(at: string) {
    const controller = new AbortController();
    const ran: string[] = [];
    const note = (name: string) => {
      ran.push(name);
      if (name === at) controller.abort(reason);
    };
    const stages: Engine['stages'] = {
      ...engine.stages,
      run: (name, ...rest) => {
        note(name);
        return engine.stages.run(name, ...rest);
      },
    };
    const inference: Engine['inference'] = {
      ...engine.inference,
      run: (network, input) => {
        note(network);
        return engine.inference.run(network, input);
      },
    };
    const crops = new CropBatcher(stages, inference, {
      network: 'recognise',
      maxCrops: 16,
      maxTotalWidth: 4096,
      padding: 32,
      concurrency: 2,
    });
    const parts = { ...engine, stages, inference, crops, skim: null };
    const lines = lineEngines([paddleEngine('test', parts)], engine.config);
    return { ran, signal: controller.signal, engine: { ...parts, lines } };
  }

  // A batch under way may hold other requests' crops: it runs to its end.
  test.each([
    ['decode', 'decode'],
    ['prepareDetection', 'prepareDetection'],
    ['detect', 'detect'],
    ['cutCrops', 'words'],
    ['words', 'words'],
  ])('in %s fails with its reason, %s is the last stage that runs, and nothing is persisted', async (at, last) => {
    const persist = vi.fn(async (result: OcrResult) => result);
    const aborting = abortingAt(at);
    const options = parseOcrOptions({ type: 'receipt', extract_barcodes: false });
    const bytes = await fixture('format.webp');
    const request = { bytes, options, signal: aborting.signal, persist };
    await expect(processDocument(request, aborting.engine)).rejects.toBe(reason);
    await vi.waitFor(() => expect([...new Set(aborting.ran)].at(-1)).toBe(last));
    expect(persist).not.toHaveBeenCalled();
  });
});

test('when persisting fails, the request fails with that error', async () => {
  const failure = new Error('no database');
  const persist = () => Promise.reject(failure);
  await expect(read(await fixture('format.webp'), { type: 'receipt' }, { persist })).rejects.toBe(failure);
});

describe('a bad photo', () => {
  test.each([
    ['blurred', { blur: 4 }],
    ['small', { scale: 0.2 }],
  ] as const)('that is %s says so, and what to do about it', async (fault, how) => {
    const result = await read(await badPhoto('receipt-1.jpg', how), { type: 'receipt' });
    expect(result).toMatchObject({ needs_review: true, photo_faults: expect.arrayContaining([fault]) });
    expect(result.confidence).toBeLessThan(0.8);
    expect(result.suggestion).toMatch(/^Take the photo again: .*(hold still|move closer)/);
  });

  test.each([
    ['blurred', { blur: 30 }],
    ['dark', { brightness: 0.003 }],
  ] as const)('that is too %s for anything to be read is refused', async (fault, how) => {
    const photo = await badPhoto('receipt-1.jpg', how);
    await expect(read(photo, { type: 'receipt' })).rejects.toMatchObject({
      code: 'LOW_QUALITY',
      suggestion: expect.stringMatching(/^Take the photo again: /),
      details: { photo_faults: expect.arrayContaining([fault]) },
    });
  });
});
