/**
 * `npm run bench -- taka [--write]`: fit the model that knows the sign of the taka by its shape, on glyphs of all Bengali fonts of
 * Debian, thin and bold, small and large, clean and noisy; with --write, store the weights. by_font: of a font that the
 * model was not fitted on, the share of signs found, and of other glyphs taken for one.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rectOf } from '@edge-ocr/gpu-node/geometry';
import { findGlyphs } from '@edge-ocr/gpu-node/tesseract/glyphs';
import { cutGreyLine, LINE_HEIGHT } from '@edge-ocr/gpu-node/tesseract/grey-line';
import { TAKA_FEATURES, takaCandidates, takaFeatures } from '@edge-ocr/gpu-node/tesseract/taka-sign';
import sharp from 'sharp';
import type { Font } from '../bengali/fonts.ts';
import { renderPaper } from '../bengali/render-paper.ts';
import { BENGALI_PAPERS, MIXED_PAPERS } from '../bengali/texts.ts';
import { rounded } from './figures.ts';
import { fitLogistic, type Labelled, type LogisticModel, probability } from './logistic.ts';

const FOLDER = '/usr/share/fonts/truetype';
const FAMILIES: readonly (readonly [family: string, file: string])[] = [
  ['Lohit Bengali', 'lohit-bengali/Lohit-Bengali.ttf'],
  ['Noto Sans Bengali', 'noto/NotoSansBengali-Regular.ttf'],
  ['Noto Sans Bengali Bold', 'noto/NotoSansBengali-Bold.ttf'],
  ['Noto Serif Bengali', 'noto/NotoSerifBengali-Regular.ttf'],
  ['Noto Serif Bengali Bold', 'noto/NotoSerifBengali-Bold.ttf'],
  ['Mukti', 'fonts-beng-extra/Mukti.ttf'],
  ['Mukti Bold', 'fonts-beng-extra/Muktibold.ttf'],
  ['Ani', 'fonts-beng-extra/Ani.ttf'],
  ['Likhan', 'fonts-beng-extra/LikhanNormal.ttf'],
  ['Jamrul', 'fonts-beng-extra/JamrulNormal.ttf'],
];
const SIZES = [20, 27, 34, 48];
const WEIGHTS_FILE = new URL('../../gpu-node/src/tesseract/taka-weights.json', import.meta.url);
/** From which a glyph counts as the sign; as taka-sign.ts has it. */
const SURE = 0.5;
const DIGITS = [...'০১২৩৪৫৬৭৮৯'];

interface Sample extends Labelled {
  readonly family: string;
}

export async function benchTaka({ write }: { write: boolean }) {
  const samples: Sample[] = [];
  for (const [family, file] of FAMILIES) {
    samples.push(...(await samplesOf({ family, file: `${FOLDER}/${file}` })));
  }
  const model = fitLogistic(TAKA_FEATURES, samples);
  if (write) await writeFile(fileURLToPath(WEIGHTS_FILE), `${JSON.stringify(model, null, 2)}\n`);
  const families = [...new Set(samples.map(plainFamily))];
  return {
    signs: samples.filter(({ label }) => label).length,
    others: samples.filter(({ label }) => !label).length,
    by_font: families.map((family) => {
      const left = samples.filter((sample) => plainFamily(sample) === family);
      const rest = samples.filter((sample) => plainFamily(sample) !== family);
      return { left_out: family, ...rates(fitLogistic(TAKA_FEATURES, rest), left) };
    }),
    fitted: rates(model, samples),
  };
}

function plainFamily({ family }: Sample): string {
  return family.replace(/ (Bold)$/, '');
}

function rates(model: LogisticModel, samples: readonly Sample[]) {
  const share = (label: boolean) => {
    const of = samples.filter((sample) => sample.label === label);
    return rounded(of.filter(({ features }) => probability(model, features) >= SURE).length / of.length, 4);
  };
  return { found: share(true), mistaken: share(false) };
}

/** Signs by themselves, and whatever else stands on the papers and beside them. */
async function samplesOf(font: Font): Promise<Sample[]> {
  const others = [...BENGALI_PAPERS, ...MIXED_PAPERS]
    .flatMap(({ lines }) => lines)
    .map((line) => line.replaceAll('৳', ''));
  const alone = [...DIGITS, ...'টঠঢচছভডতকখজ'].map((letter) => `${letter} ${letter} ${letter}`);
  const samples: Sample[] = [];
  for (const size of SIZES) {
    for (const noisy of [false, true]) {
      const look = { font, size, noisy };
      for (const line of ['৳ ৳ ৳ ৳', '৳ ৳ ৳ ৳ ৳']) samples.push(...(await glyphsOf(line, look, true)));
      for (const line of [
        ...alone,
        ...every(others, 4, size),
        'abcdefghklmnopqrstuvwxyz',
        'A B C D E F G H K L M N P R S T',
        '0 1 2 3 4 5 6 7 8 9 & % ( )',
      ]) {
        samples.push(...(await glyphsOf(line, look, false)));
      }
    }
  }
  return samples;
}

function every<T>(items: readonly T[], step: number, from: number): T[] {
  return items.filter((_, i) => (i + from) % step === 0);
}

async function glyphsOf(line: string, look: Parameters<typeof renderPaper>[1], label: boolean): Promise<Sample[]> {
  const { data, info } = await sharp(await renderPaper([line], look))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = { data: new Uint8Array(data), width: info.width, height: info.height };
  // As large as the detector's boxes are.
  const [middle, half] = [info.height / 2, 0.75 * look.size];
  const rect = rectOf([
    { x: 40, y: middle - half },
    { x: info.width - 40, y: middle - half },
    { x: info.width - 40, y: middle + half },
    { x: 40, y: middle + half },
  ]);
  const { grey } = cutGreyLine(pixels, rect);
  return takaCandidates(findGlyphs(grey), LINE_HEIGHT).map((glyph) => ({
    features: takaFeatures(glyph, grey),
    label,
    family: look.font.family,
  }));
}
