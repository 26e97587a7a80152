/** A TrOCR model in memory. Blocks the thread that runs it: in the node that is trocr-worker.ts. */
import { type Graph, type GraphOptions, type GraphTensor, graphTensor, loadGraph } from '../inference/onnx.ts';
import type { RgbPixels } from '../pixels.ts';
import type { DecoderGraphs } from './decoder.ts';
import { generate } from './generate.ts';
import type { GeneratedSequence, Generation, IsWanted } from './generation.ts';
import { readModelFolder, type Variant } from './model-folder.ts';
import { type GenerationChoices, generationOf, processingOf } from './model-settings.ts';
import { type ImageProcessing, preprocess } from './preprocess.ts';
import { createTokenizer, type TextDecoder } from './tokenizer.ts';

export interface ModelOptions extends GenerationChoices, GraphOptions {
  /** In the layout of the model hubs. */
  readonly folder: string;
  readonly variant?: Variant | undefined;
}

export interface TrocrModel {
  readonly generation: Generation;
  readonly processing: ImageProcessing;
  readonly tokenizer: TextDecoder;
  /** @returns the encoder's output, [images, patches, width]. */
  encode(images: readonly RgbPixels[]): Promise<GraphTensor>;
  /** @returns one sequence an image; null where `isWanted` said no. */
  read(
    images: readonly RgbPixels[],
    isWanted?: IsWanted,
    generation?: Generation,
  ): Promise<(GeneratedSequence | null)[]>;
  close(): Promise<void>;
}

/** @throws Error that names the file that is missing or wrong. */
export async function loadTrocrModel(options: ModelOptions): Promise<TrocrModel> {
  const files = await readModelFolder(options.folder, options.variant);
  const generation = generationOf(files.model, files.generation, options);
  const processing = processingOf(files.processor);
  const tokenizer = createTokenizer(files.tokenizer, files.tokenizerConfig);
  const encoder = await loadGraph(files.encoder, options);
  const first = await loadGraph(files.decoder.first, options);
  const next = files.decoder.next === files.decoder.first ? first : await loadGraph(files.decoder.next, options);
  const decoder: DecoderGraphs = { first, next };
  const encode = (images: readonly RgbPixels[]) => runEncoder(encoder, images, processing);
  return {
    generation,
    processing,
    tokenizer,
    encode,
    async read(images, isWanted, way = generation) {
      if (images.length === 0) return [];
      return generate(decoder, await encode(images), way, isWanted);
    },
    async close() {
      for (const graph of new Set([encoder, first, next])) await graph.close();
    },
  };
}

async function runEncoder(
  encoder: Graph,
  images: readonly RgbPixels[],
  processing: ImageProcessing,
): Promise<GraphTensor> {
  const { data, dims } = preprocess(images, processing);
  const half = encoder.inputs.pixel_values?.type === 'float16';
  const pixels = half ? graphTensor('float16', Float16Array.from(data), dims) : graphTensor('float32', data, dims);
  const { last_hidden_state: hidden } = await encoder.run({ pixel_values: pixels });
  if (!hidden) throw new Error('The encoder has no output last_hidden_state');
  return hidden;
}
