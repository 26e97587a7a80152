/** What PyTorch and transformers make of the 50 images, see models/export/export_tiny_trocr.py. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formulaImage } from './formula-image.fixture.ts';
import { generationConfigSchema, generationOf, modelConfigSchema } from './model-settings.ts';

export const TINY_MODEL = fileURLToPath(new URL('./fixture/tiny-trocr', import.meta.url));

/** The whole of a sequence is what the model's own max_length allows: the start token and these. */
export const MAX_TOKENS = 23;

export interface ExpectedReading {
  readonly tokens: readonly number[];
  readonly log_probabilities: readonly number[];
  /** Of beams alone. */
  readonly score?: number;
}

export type ExpectedImage = {
  readonly [Value in 'pixels' | 'bilinear' | 'encoder']: readonly number[];
} & {
  readonly encoder_sum: number;
  /** Of the resized image, [384, 384, 3]. */
  readonly pixel_sha256: string;
  readonly bilinear_sha256: string;
  readonly text: string;
} & Readonly<Record<WayName, ExpectedReading>>;

export type WayName = 'greedy' | 'greedy_processed' | 'beam4' | 'beam3_never' | 'beam3_heuristic' | 'beam2_processed';

export const expected = JSON.parse(readFileSync(new URL('./fixture/expected.json', import.meta.url), 'utf8')) as {
  readonly encoder_places: readonly number[];
  readonly pixel_places: readonly number[];
  readonly ways: Readonly<Record<WayName, object>>;
  readonly images: readonly ExpectedImage[];
};

export const images = expected.images.map((_, index) => formulaImage(index));

/** The arguments of generate that a way stands for, as a model would bring them in its generation_config.json. */
export function generationFor(way: WayName) {
  const read = (file: string) => JSON.parse(readFileSync(`${TINY_MODEL}/${file}`, 'utf8')) as object;
  const own = generationConfigSchema.parse({ ...read('generation_config.json'), ...expected.ways[way] });
  return generationOf(modelConfigSchema.parse(read('config.json')), own, { maxTokens: MAX_TOKENS });
}
