/**
 * `npm run bench -- soak [--images 2000]`: mixed images through one node's engines, one after the other: receipts, labels and codes
 * of the fixtures, papers in Bengali and in both scripts, every engine in turn the first one for Latin letters. rss_ratio: memory
 * of the process at the end over that after a fifth of the images (400 of 2,000), when everything has been warmed up.
 */
import { readFile } from 'node:fs/promises';
import { lineEngines } from '@edge-ocr/gpu-node/engines/choose-engines';
import type { Engine } from '@edge-ocr/gpu-node/inference/engine';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { bengaliFonts } from '../bengali/fonts.ts';
import { renderPaper } from '../bengali/render-paper.ts';
import { BENGALI_PAPERS, MIXED_PAPERS } from '../bengali/texts.ts';
import { fixturePath } from '../fixtures/truth.ts';
import { rounded } from './figures.ts';
import { DEADLINE_MS, openPipeline } from './pipeline.ts';

/** Memory is looked at for the first time after this share of the images. */
const WARM_SHARE = 0.2;
const FIXTURES = [
  ['receipt-1.jpg', 'receipt'],
  ['label-1.jpg', 'product'],
  ['format.webp', 'receipt'],
  ['barcode-ean13.png', 'barcode'],
  ['receipt-3.jpg', 'invoice'],
  ['format.avif', 'document'],
  ['label-2.jpg', 'product'],
  ['barcode-qr.png', 'barcode'],
] as const;

interface Image {
  readonly bytes: Buffer;
  readonly options: Record<string, string>;
}

export async function benchSoak({ images: count }: { images: number }) {
  const images = await mixedImages();
  const pipeline = await openPipeline();
  const rotated = rotations(pipeline.engine);
  const models: Record<string, number> = {};
  const rss: number[] = [];
  let failures = 0;
  const began = performance.now();
  for (let i = 0; i < count; i++) {
    const { bytes, options } = images[i % images.length]!;
    // Each round of all images begins with another engine.
    const engine = rotated[Math.floor(i / images.length) % rotated.length]!;
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const result = await processDocument({ bytes, options: parseOcrOptions(options), signal }, engine).catch(
      () => null,
    );
    if (result) models[result.model_used] = (models[result.model_used] ?? 0) + 1;
    else failures++;
    rss.push(process.memoryUsage.rss());
  }
  const seconds = (performance.now() - began) / 1000;
  await pipeline.close();
  const [warm, end] = [settled(rss.slice(0, Math.ceil(WARM_SHARE * count))), settled(rss)];
  return {
    images: count,
    failures,
    models,
    rss_warm_mb: rounded(warm / 2 ** 20, 0),
    rss_end_mb: rounded(end / 2 ** 20, 0),
    rss_ratio: rounded(end / warm, 3),
    rss_by_tenth_mb: Array.from({ length: 10 }, (_, i) =>
      rounded(settled(rss.slice(0, Math.ceil(((i + 1) * count) / 10))) / 2 ** 20, 0),
    ),
    images_a_second: rounded(count / seconds, 1),
  };
}

/** Memory goes up and down with each page and each thread of Tesseract: the mean over the last images. */
function settled(rss: readonly number[]): number {
  const last = rss.slice(-50);
  return last.reduce((sum, bytes) => sum + bytes, 0) / last.length;
}

/** The engine with each of its line engines in front; the same networks and threads. */
function rotations(engine: Engine): Engine[] {
  const all = engine.lines.guarded.map((guarded) => guarded.engine);
  return [...new Set(all.map(({ name }) => name))].map((first) => {
    const ordered = [...all.filter(({ name }) => name === first), ...all.filter(({ name }) => name !== first)];
    return { ...engine, lines: lineEngines(ordered, engine.config) };
  });
}

async function mixedImages(): Promise<Image[]> {
  const images: Image[] = [];
  for (const [name, type] of FIXTURES) images.push({ bytes: await readFile(fixturePath(name)), options: { type } });
  const fonts = bengaliFonts();
  if (!fonts) return images;
  const papers = [
    ...BENGALI_PAPERS.map((paper) => ({ paper, language: 'bn' })),
    ...MIXED_PAPERS.map((paper) => ({ paper, language: 'en,bn' })),
  ];
  for (const [i, { paper, language }] of papers.entries()) {
    const look = { font: fonts[i % fonts.length]!, size: 24 + 4 * (i % 4), noisy: i % 2 === 1 };
    images.push({ bytes: await renderPaper(paper.lines, look), options: { type: paper.type, language } });
  }
  return images;
}
