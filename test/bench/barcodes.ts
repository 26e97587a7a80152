import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BarcodeOptions, findBarcodes } from '@edge-ocr/gpu-node/barcodes/read-barcodes';
import { expandUpce } from '@edge-ocr/shared/gtin';
import sharp from 'sharp';

export interface BarcodeFigures {
  /** Images that hold a barcode, and how many of them were read rightly. */
  readonly images: number;
  readonly found: number;
  readonly recall: number;
  /** Images on which something else, but not the truth, was read. */
  readonly wrong: number;
  /** Decodes on images that hold none. */
  readonly false_positives: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly max_ms: number;
  /** Images missed, by folder. */
  readonly missed: Record<string, number>;
}

/**
 * Read every image of `dataset` (KIND-N/NAME.png with NAME.txt or NAME.bin beside it; nothing to find under falsepositives*).
 * Times are of findBarcodes alone, one image after another, decoding left out.
 */
export async function measureBarcodes(dataset: string, options: BarcodeOptions): Promise<BarcodeFigures> {
  const times: number[] = [];
  const missed: Record<string, number> = {};
  let [images, found, wrong, falsePositives] = [0, 0, 0, 0];
  for (const { kind, file } of await listImages(dataset)) {
    const pixels = await readRgb(file);
    const started = performance.now();
    const values = (await findBarcodes(pixels, options)).map((barcode) => barcode.value);
    times.push(performance.now() - started);
    const truth = await readTruth(file);
    if (truth === null) {
      falsePositives += values.length;
      continue;
    }
    images++;
    if (values.some((value) => isSameCode(truth, value, kind))) found++;
    else {
      missed[kind] = (missed[kind] ?? 0) + 1;
      if (values.length > 0) wrong++;
    }
  }
  times.sort((a, b) => a - b);
  const quantile = (q: number) => Number((times[Math.floor((times.length - 1) * q)] ?? 0).toFixed(1));
  return {
    images,
    found,
    recall: Number((found / images).toFixed(4)),
    wrong,
    false_positives: falsePositives,
    p50_ms: quantile(0.5),
    p95_ms: quantile(0.95),
    max_ms: quantile(1),
    missed,
  };
}

async function listImages(dataset: string): Promise<{ kind: string; file: string }[]> {
  const names = (await readdir(dataset, { recursive: true })).filter((name) => name.endsWith('.png')).sort();
  return names.map((name) => ({ kind: name.split('/')[0]!, file: join(dataset, name) }));
}

async function readRgb(file: string) {
  const image = sharp(file).flatten({ background: 'white' }).toColourspace('srgb').removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The text that should be read, or null where there is nothing to read. */
async function readTruth(image: string): Promise<string | null> {
  const base = image.replace(/\.png$/, '');
  if (existsSync(`${base}.txt`)) return readFile(`${base}.txt`, 'utf8');
  return existsSync(`${base}.bin`) ? readFile(`${base}.bin`, 'latin1') : null;
}

/** Equal in any of the forms that a code is written in. */
function isSameCode(truth: string, value: string, kind: string): boolean {
  const accepted = forms(truth, kind);
  return [...forms(value, kind)].some((form) => accepted.has(form));
}

function forms(code: string, kind: string): Set<string> {
  const plain = code.replace(/[\u2400-\u241f]/g, (symbol) => String.fromCharCode(symbol.charCodeAt(0) - 0x2400)).trim();
  const all = new Set([plain, plain.replace(/^\(01\)/, '')]);
  if (/^0\d{12}$/.test(plain)) all.add(plain.slice(1));
  if (kind.startsWith('codabar')) all.add(plain.replace(/^[A-D](.*)[A-D]$/i, '$1'));
  const expanded = kind.startsWith('upce') ? expandUpce(plain) : null;
  if (expanded !== null) all.add(expanded);
  return all;
}
