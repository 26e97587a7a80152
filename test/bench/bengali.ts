/**
 * `npm run bench -- bengali [--limit N]`: labels and receipts in Bengali, and in Bengali and English, drawn in three fonts of Debian
 * at several sizes, clean and as bad photos, read through the whole pipeline. cer: edits to the truth as a share of its
 * characters, spaces included; lines are compared in reading order.
 */
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { edits, length } from '../bengali/error-rate.ts';
import { bengaliFonts } from '../bengali/fonts.ts';
import { renderPaper } from '../bengali/render-paper.ts';
import { BENGALI_PAPERS, type BengaliPaper, MIXED_PAPERS } from '../bengali/texts.ts';
import { rounded } from './figures.ts';
import { spread } from './images.ts';
import { DEADLINE_MS, openPipeline, type Pipeline } from './pipeline.ts';

const SIZES = [24, 32, 40];

interface Row {
  readonly set: string;
  readonly font: string;
  readonly size: number;
  readonly look: 'clean' | 'noisy';
  readonly edits: number;
  readonly characters: number;
  readonly ms: number;
}

export async function benchBengali({ limit }: { limit: number }) {
  const fonts = bengaliFonts();
  if (!fonts) throw new Error('The Bengali fonts are not there');
  const pipeline = await openPipeline();
  const rows: Row[] = [];
  const sets = [
    ['bn', BENGALI_PAPERS],
    ['en,bn', MIXED_PAPERS],
  ] as const;
  for (const [language, papers] of sets) {
    for (const font of fonts) {
      for (const size of SIZES) {
        for (const look of ['clean', 'noisy'] as const) {
          for (const paper of spread(papers, limit)) {
            const image = await renderPaper(paper.lines, { font, size, noisy: look === 'noisy' });
            const read = await readPaper(pipeline, image, paper, language);
            rows.push({ set: language, font: font.family, size, look, ...read });
          }
        }
      }
    }
  }
  await pipeline.close();
  return report(rows);
}

async function readPaper({ engine }: Pipeline, bytes: Buffer, paper: BengaliPaper, language: string) {
  const options = parseOcrOptions({ type: paper.type, language, extract_barcodes: false });
  const result = await processDocument({ bytes, options, signal: AbortSignal.timeout(DEADLINE_MS) }, engine);
  const truth = paper.lines.join('\n');
  if (process.env.BENGALI_SHOW) show(truth, result.text);
  return { edits: edits(truth, result.text), characters: length(truth), ms: result.processing_time_ms };
}

function show(truth: string, read: string): void {
  const rows = read.split('\n');
  for (const [i, line] of truth.split('\n').entries()) {
    if (edits(line, rows[i] ?? '') > 0) console.log(`  ${line}\n  ${rows[i] ?? ''}\n`);
  }
}

function report(rows: readonly Row[]) {
  const cer = (of: readonly Row[]) => rounded(sum(of, 'edits') / sum(of, 'characters'), 4);
  const groups = (by: (row: Row) => string) =>
    [...Map.groupBy(rows, by)].map(([name, of]) => ({ name, cer: cer(of), papers: of.length }));
  return {
    cer: groups(({ set, look }) => `${set} ${look}`),
    by_font: groups(({ set, look, font }) => `${set} ${look} ${font}`),
    by_size: groups(({ set, look, size }) => `${set} ${look} ${size}`),
    mean_ms: rounded(sum(rows, 'ms') / rows.length, 0),
  };
}

function sum(rows: readonly Row[], key: 'edits' | 'characters' | 'ms'): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
