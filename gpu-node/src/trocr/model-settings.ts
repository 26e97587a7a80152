/** The configuration files that come with a model, as far as they change what it reads. What is not understood is refused. */
import { z } from 'zod';
import type { Generation } from './generation.ts';
import type { ImageProcessing } from './preprocess.ts';

const token = z.int().nonnegative();
const side = z.int().min(1).max(4096);
const size = z.union([z.strictObject({ height: side, width: side }), side.transform((s) => ({ height: s, width: s }))]);
const perChannel = z.array(z.number()).length(3);
/** Nobody sets them to anything else for TrOCR; if somebody does, the sequences here would be other than theirs. */
const off = <T extends z.ZodType>(neutral: T) => neutral.nullish();

const tokens = z.object({
  decoder_start_token_id: token.nullish(),
  eos_token_id: z.union([token, z.array(token).min(1)]).nullish(),
});

/** config.json */
export const modelConfigSchema = tokens.extend({
  model_type: z.literal('vision-encoder-decoder'),
  decoder: tokens.extend({
    vocab_size: z.int().positive(),
    max_position_embeddings: z.int().positive(),
  }),
});

/** generation_config.json; older models have none, and all their settings in config.json. */
export const generationConfigSchema = tokens.extend({
  max_length: z.int().min(2).nullish(),
  max_new_tokens: z.int().min(1).nullish(),
  min_length: z.int().nonnegative().nullish(),
  num_beams: z.int().min(1).max(64).nullish(),
  length_penalty: z.number().nullish(),
  early_stopping: z.union([z.boolean(), z.literal('never')]).nullish(),
  no_repeat_ngram_size: z.int().nonnegative().nullish(),
  repetition_penalty: z.number().positive().nullish(),
  forced_bos_token_id: token.nullish(),
  forced_eos_token_id: token.nullish(),
  do_sample: off(z.literal(false)),
  num_beam_groups: off(z.literal(1)),
  penalty_alpha: off(z.never()),
  bad_words_ids: off(z.never()),
  suppress_tokens: off(z.array(z.never())),
  begin_suppress_tokens: off(z.array(z.never())),
  encoder_no_repeat_ngram_size: off(z.literal(0)),
  encoder_repetition_penalty: off(z.literal(1)),
  min_new_tokens: off(z.literal(0)),
  sequence_bias: off(z.never()),
  exponential_decay_length_penalty: off(z.never()),
});

/** preprocessor_config.json, of a ViT or DeiT image processor. */
export const processorConfigSchema = z.object({
  do_resize: z.literal(true).default(true),
  do_rescale: z.literal(true).default(true),
  do_normalize: z.literal(true).default(true),
  do_center_crop: z.boolean().nullish(),
  size,
  crop_size: size.nullish(),
  /** Numbers of Pillow. */
  resample: z.union([z.literal(2), z.literal(3)]).default(2),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: perChannel,
  image_std: perChannel.refine((std) => std.every((value) => value > 0), 'must be above 0'),
});

export interface GenerationChoices {
  /** Default: the model's own, else 1. */
  readonly numBeams?: number | undefined;
  /** Tokens of a line at most, beside the start token; the decoder may have room for fewer. */
  readonly maxTokens: number;
}

/** @throws Error when the model does not say where sequences begin and end. */
export function generationOf(
  model: z.output<typeof modelConfigSchema>,
  own: z.output<typeof generationConfigSchema>,
  { numBeams, maxTokens }: GenerationChoices,
): Generation {
  const startToken = own.decoder_start_token_id ?? model.decoder_start_token_id ?? model.decoder.decoder_start_token_id;
  const endToken = own.eos_token_id ?? model.eos_token_id ?? model.decoder.eos_token_id;
  if (startToken == null || endToken == null) throw new Error('The model does not say where sequences begin and end');
  return {
    startToken,
    endTokens: [endToken].flat(),
    // The model's own max_length is most often transformers' default of 20, which is too short for a line.
    maxLength: Math.min(maxTokens + 1, model.decoder.max_position_embeddings),
    minLength: own.min_length ?? 0,
    numBeams: numBeams ?? own.num_beams ?? 1,
    lengthPenalty: own.length_penalty ?? 1,
    earlyStopping: own.early_stopping ?? false,
    noRepeatNgram: own.no_repeat_ngram_size ?? 0,
    repetitionPenalty: own.repetition_penalty ?? 1,
    forcedFirst: own.forced_bos_token_id ?? null,
    forcedLast: own.forced_eos_token_id ?? null,
  };
}

/** @throws Error where the image would be cropped after it was resized: no TrOCR model asks for that. */
export function processingOf(config: z.output<typeof processorConfigSchema>): ImageProcessing {
  const { size, crop_size: crop, do_center_crop: crops } = config;
  if (crops && crop && (crop.width !== size.width || crop.height !== size.height)) {
    throw new Error('preprocessor_config.json asks for a crop of another size than the image: that is not supported');
  }
  return {
    ...size,
    resample: config.resample === 3 ? 'bicubic' : 'bilinear',
    rescale: config.rescale_factor,
    mean: config.image_mean,
    std: config.image_std,
  };
}
