import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parseEngineConfig } from '../config.ts';
import { tiltedRect } from '../geometry.fixture.ts';
import type { PageImage } from '../pixels.ts';
import { polygonOf, type RecognisedLine } from '../recognise/text-line.ts';
import { lineEngines } from './choose-engines.ts';
import type { EngineName, LineEngine } from './line-engine.ts';

const page: PageImage = {
  pixels: { data: new Uint8Array(3), width: 400, height: 100 },
  originalWidth: 400,
  originalHeight: 100,
};
const rect = tiltedRect(200, 50, 200, 30);
const exact = { signal: new AbortController().signal, effort: 'exact' } as const;

function line(text: string, confidence = 0.95): RecognisedLine {
  const words = text.split(' ').map((word) => ({ text: word, confidence, polygon: polygonOf(rect) }));
  return { text, confidence, polygon: polygonOf(rect), words };
}

function engine(name: EngineName, language: 'en' | 'bn', readLine: LineEngine['readLine']): LineEngine {
  return { name, model: `${name}-${language}`, languages: [language], readLine, close: async () => undefined };
}
const answering = (text: string, confidence?: number) => async () => line(text, confidence);

const variables = { ENGINE_TIMEOUT_MS: '100', ENGINE_BREAKER_FAILURES: '3' };
const chain = (engines: LineEngine[], environment: Record<string, string> = {}) =>
  lineEngines(engines, parseEngineConfig({ ...variables, ...environment }));

const BAD: [string, LineEngine['readLine']][] = [
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['hangs', () => new Promise(() => undefined)],
  ['answers with control characters', answering('TO\u0000TAL')],
  ['answers with an endless text', answering('A'.repeat(5000))],
  ['answers with no confidence', answering('TOTAL', Number.NaN)],
  [
    'answers with places outside the page',
    async () => ({
      ...line('TOTAL'),
      polygon: [
        [9e9, 0],
        [9e9, 1],
        [0, 1],
      ],
    }),
  ],
  ['answers with words of another text', async () => ({ ...line('TOTAL'), text: 'SUM' })],
  ['answers with something else', async () => ({}) as RecognisedLine],
];

describe('a chain of engines', () => {
  test('the first one answers, and nobody else is asked', async () => {
    const asked: string[] = [];
    const engines = chain([
      engine('paddle', 'en', answering('TOTAL')),
      engine('tesseract', 'en', async () => {
        asked.push('tesseract');
        return null;
      }),
    ]);
    const reading = engines.open(['en']);
    expect((await reading.readLine(page, rect, exact))?.text).toBe('TOTAL');
    expect([asked, reading.modelUsed, reading.warnings]).toEqual([[], 'paddle-en', []]);
  });

  test.each(BAD)('the next one reads where the first one %s', async (_, readLine) => {
    const engines = chain([engine('paddle', 'en', readLine), engine('tesseract', 'en', answering('TOTAL'))]);
    const reading = engines.open(['en']);
    expect((await reading.readLine(page, rect, exact))?.text).toBe('TOTAL');
    expect(reading.modelUsed).toBe('tesseract-en');
    expect(reading.warnings).toEqual(['paddle-en failed on 1 line, read by another engine']);
  });

  test('who failed rests, and is not asked again', async () => {
    let calls = 0;
    const broken: LineEngine['readLine'] = async () => {
      calls++;
      throw new Error('broken');
    };
    const engines = chain([engine('paddle', 'en', broken), engine('tesseract', 'en', answering('TOTAL'))]);
    for (let i = 0; i < 10; i++) await engines.open(['en']).readLine(page, rect, exact);
    expect(calls).toBe(3);
    const registry = new Registry();
    engines.counts.expose(registry, engines.guarded);
    const metrics = await registry.metrics();
    expect(metrics).toContain('ocr_engine_failures_total{engine="paddle",kind="error"} 3');
    expect(metrics).toContain('ocr_engine_lines_total{engine="tesseract"} 10');
    expect(metrics).toContain('ocr_engine_breaker_state{engine="paddle"} 2');
    expect(metrics).toContain('ocr_engine_breaker_state{engine="tesseract"} 0');
  });

  test('when all fail it is MODEL_ERROR, which says what to do', async () => {
    const engines = chain(BAD.slice(0, 2).map(([, readLine]) => engine('paddle', 'en', readLine)));
    await expect(engines.open(['en']).readLine(page, rect, exact)).rejects.toMatchObject({
      code: 'MODEL_ERROR',
      status: 503,
      retryable: true,
      suggestion: expect.stringContaining('again'),
    });
  });

  test('an aborted request ends with its reason, however the engine hangs, and is no failure of the engine', async () => {
    const engines = chain([engine('paddle', 'en', () => new Promise(() => undefined))], { ENGINE_TIMEOUT_MS: '10000' });
    const leaving = new AbortController();
    const read = engines.open(['en']).readLine(page, rect, { signal: leaving.signal, effort: 'exact' });
    leaving.abort(new Error('gone'));
    await expect(read).rejects.toThrow('gone');
    expect(engines.guarded[0]!.breaker.state).toBe('closed');
  });

  test('a language without an engine is told', () => {
    const engines = chain([engine('paddle', 'en', answering('TOTAL'))]);
    expect(engines.open(['en', 'bn']).unread).toEqual(['bn']);
    expect(engines.open(['bn']).modelUsed).toBe('paddle-en');
  });
});

describe('a line in several scripts', () => {
  const BENGALI = 'নিট ওজন ৫০০ গ্রাম';
  const mixed = (latin: RecognisedLine | null, bengali: RecognisedLine | null) =>
    chain([engine('paddle', 'en', async () => latin), engine('tesseract', 'bn', async () => bengali)])
      .open(['en', 'bn'])
      .readLine(page, rect, exact);

  test('the Latin recogniser keeps what it is sure of', async () => {
    expect((await mixed(line('Net Weight 500 g', 0.99), line(BENGALI)))?.text).toBe('Net Weight 500 g');
  });

  test('what it doubts, or reads little of, is Bengali where that is read', async () => {
    expect((await mixed(line('A A 500 OO', 0.6), line(BENGALI)))?.text).toBe(BENGALI);
    expect((await mixed(line('0.00', 0.97), line(BENGALI)))?.text).toBe(BENGALI);
    expect((await mixed(null, line(BENGALI)))?.text).toBe(BENGALI);
  });

  test('blurred Latin letters stay what they are', async () => {
    expect((await mixed(line('TOTAL 835.00', 0.8), line('1014 835.00', 0.6)))?.text).toBe('TOTAL 835.00');
    expect((await mixed(line('TOTAL 835.00', 0.8), line('মনো 835.00', 0.2)))?.text).toBe('TOTAL 835.00');
    expect((await mixed(line('TOTAL', 0.8), null))?.text).toBe('TOTAL');
  });
});

describe('lines that the first engine is unsure of', () => {
  const lines = [line('T0TAL 12.5O', 0.5), line('CASH', 0.98), line('XQZ', 0.3), null];
  const rects = lines.map(() => rect);
  const again = (read: LineEngine['readLine'], environment: Record<string, string>) =>
    chain([engine('paddle', 'en', answering('-')), engine('tesseract', 'en', read)], environment)
      .open(['en'])
      .readAgain(page, rects, lines, exact.signal);
  const texts = (read: readonly (RecognisedLine | null)[]) => read.map((one) => one?.text ?? null);

  test('are left alone by default', async () => {
    expect(await again(answering('TOTAL 12.50', 0.99), {})).toEqual(lines);
  });

  test('are read by the next one, which counts where it is sure and saw much the same', async () => {
    const read = await again(answering('TOTAL 12.50', 0.93), { FALLBACK_CONFIDENCE: '0.8' });
    expect(texts(read)).toEqual(['TOTAL 12.50', 'CASH', 'XQZ', null]);
    expect(await again(answering('TOTAL 12.50', 0.6), { FALLBACK_CONFIDENCE: '0.8' })).toEqual(lines);
  });

  test('the least sure first, and no more than there is time for', async () => {
    const slow: LineEngine['readLine'] = () => new Promise(() => undefined);
    const budget = { FALLBACK_CONFIDENCE: '0.8', FALLBACK_BUDGET_MS: '30', ENGINE_TIMEOUT_MS: '10000' };
    expect(await again(slow, budget)).toEqual(lines);
  });
});
