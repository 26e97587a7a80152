/** Labels and receipts in Bengali, drawn with fonts of Debian, through the whole pipeline with its default settings. */
import { parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { type Engine, loadEngine } from '@edge-ocr/gpu-node/inference/engine';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edits, length } from '../bengali/error-rate.ts';
import { bengaliFonts, type Font } from '../bengali/fonts.ts';
import { renderPaper } from '../bengali/render-paper.ts';
import { BENGALI_PAPERS, type BengaliPaper, MIXED_PAPERS } from '../bengali/texts.ts';

const SIZES = [24, 36];
const fonts = bengaliFonts();

describe.skipIf(!fonts)('Bengali', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadEngine(parseEngineConfig({ WORKER_THREADS: '2', INFERENCE_WORKERS: '1' }));
  });
  afterAll(() => engine?.close());

  async function read(paper: BengaliPaper, language: string, look: { font: Font; size: number; noisy: boolean }) {
    const bytes = await renderPaper(paper.lines, look);
    const options = parseOcrOptions({ type: paper.type, language, extract_barcodes: false });
    return processDocument({ bytes, options, signal: AbortSignal.timeout(60_000) }, engine);
  }

  /** Over all papers in each font; half the papers at one size, half at the other. */
  async function errorRate(papers: readonly BengaliPaper[], language: string, noisy: boolean): Promise<number> {
    let [wrong, all] = [0, 0];
    for (const font of fonts!) {
      for (const [i, paper] of papers.entries()) {
        const { text } = await read(paper, language, { font, size: SIZES[i % 2]!, noisy });
        wrong += edits(paper.lines.join('\n'), text);
        all += length(paper.lines.join('\n'));
      }
    }
    console.info(
      `${language}, ${noisy ? 'noisy' : 'clean'}: ${((100 * wrong) / all).toFixed(2)} % of ${all} characters`,
    );
    return wrong / all;
  }

  it('fewer than 2 of 100 characters are wrong on clean papers, and not many more on bad photos', async () => {
    expect(BENGALI_PAPERS.flatMap(({ lines }) => lines).length).toBeGreaterThan(100);
    expect(await errorRate(BENGALI_PAPERS, 'bn', false)).toBeLessThan(0.02);
    expect(await errorRate(BENGALI_PAPERS, 'bn', true)).toBeLessThan(0.05);
  }, 300_000);

  it('labels in Bengali and English: each line by the engine of its script', async () => {
    expect(await errorRate(MIXED_PAPERS, 'en,bn', false)).toBeLessThan(0.02);
    expect(await errorRate(MIXED_PAPERS, 'en,bn', true)).toBeLessThan(0.05);
    const look = { font: fonts![0]!, size: 32, noisy: false };
    const result = await read(MIXED_PAPERS[1]!, 'bn,en', look);
    // Spaces beside signs differ by a hair; Bengali's error rate counts them.
    const english = (lines: readonly string[]) =>
      lines.filter((line) => /^[\x20-\x7e]+$/.test(line)).map((line) => line.replaceAll(' ', ''));
    expect(english(result.text.split('\n'))).toEqual(english(MIXED_PAPERS[1]!.lines));
    expect(result.model_used).toBe('pp-ocrv4-mobile-rec+tesseract-5');
    expect(result.warnings).toEqual([]);
  }, 300_000);

  it.each([...BENGALI_PAPERS, ...MIXED_PAPERS].filter(({ fields }) => fields))(
    'amounts and dates of $name are parsed',
    async (paper) => {
      const language = MIXED_PAPERS.includes(paper) ? 'en,bn' : 'bn';
      const { structured } = await read(paper, language, { font: fonts![1]!, size: 32, noisy: false });
      expect(structured).toMatchObject(paper.fields!);
    },
  );
});
