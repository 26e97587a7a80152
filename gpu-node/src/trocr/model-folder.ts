/** A TrOCR model's files, as they lie in a folder in the layout of the model hubs. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { generationConfigSchema, modelConfigSchema, processorConfigSchema } from './model-settings.ts';

/** Kinds of weights, as they end the files' names; the first that is there for both networks is taken. */
export const VARIANTS = ['', '_fp16', '_quantized', '_int8', '_uint8', '_q4', '_bnb4'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface ModelFolder {
  readonly variant: Variant;
  /** Paths of ONNX files. */
  readonly encoder: string;
  /** The same file twice where the decoder is merged. */
  readonly decoder: { readonly first: string; readonly next: string };
  readonly model: z.output<typeof modelConfigSchema>;
  readonly generation: z.output<typeof generationConfigSchema>;
  readonly processor: z.output<typeof processorConfigSchema>;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
}

/**
 * @param variant default: the first of VARIANTS that is complete.
 * @throws Error that names the file that is missing or wrong.
 */
export async function readModelFolder(folder: string, variant?: Variant): Promise<ModelFolder> {
  const networks = await findNetworks(folder, variant === undefined ? VARIANTS : [variant]);
  const config = await readJson(folder, 'config.json');
  const generation = await readJson(folder, 'generation_config.json', config);
  return {
    ...networks,
    model: parse('config.json', modelConfigSchema, config),
    generation: parse('generation_config.json', generationConfigSchema, generation),
    processor: parse(
      'preprocessor_config.json',
      processorConfigSchema,
      await readJson(folder, 'preprocessor_config.json'),
    ),
    tokenizer: await readJson(folder, 'tokenizer.json'),
    tokenizerConfig: await readJson(folder, 'tokenizer_config.json', {}),
  };
}

type Networks = Pick<ModelFolder, 'variant' | 'encoder' | 'decoder'>;

/** Beside the configuration, or in a folder `onnx`, as the hubs have it. */
async function findNetworks(folder: string, variants: readonly Variant[]): Promise<Networks> {
  for (const variant of variants) {
    for (const place of [join(folder, 'onnx'), folder]) {
      const encoder = join(place, `encoder_model${variant}.onnx`);
      const decoder = (await isThere(encoder)) && (await findDecoder(place, variant));
      if (decoder) return { variant, encoder, decoder };
    }
  }
  const wanted = variants.length === 1 ? ` of the kind ${variants[0] || 'without a suffix'}` : '';
  throw new Error(
    `${folder} has no encoder_model.onnx with decoder_model_merged.onnx (or decoder_model.onnx and decoder_with_past_model.onnx)${wanted}; fetch them with npm run models -- fetch`,
  );
}

async function findDecoder(place: string, variant: Variant): Promise<Networks['decoder'] | null> {
  const merged = join(place, `decoder_model_merged${variant}.onnx`);
  if (await isThere(merged)) return { first: merged, next: merged };
  const first = join(place, `decoder_model${variant}.onnx`);
  const next = join(place, `decoder_with_past_model${variant}.onnx`);
  return (await isThere(first)) && (await isThere(next)) ? { first, next } : null;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** @param missing what a file that is not there stands for; without it the file must be there. */
async function readJson(folder: string, name: string, missing?: object): Promise<object> {
  const file = join(folder, name);
  if (missing && !(await isThere(file))) return missing;
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}

function parse<T extends z.ZodType>(name: string, schema: T, content: object): z.output<T> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${name} of the model is not what this reader understands\n  ${problems.join('\n  ')}`);
}
