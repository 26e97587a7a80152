import type { GraphTensor } from '../inference/onnx.ts';
import { beamSearch } from './beam-search.ts';
import { type DecoderGraphs, DecodingBatch } from './decoder.ts';
import type { GeneratedSequence, Generation, IsWanted } from './generation.ts';
import { greedySearch } from './greedy-search.ts';

/**
 * What transformers.generate makes of each image by itself, for a whole batch at once.
 * @param hidden the encoder's output, [images, patches, width].
 * @returns one sequence an image; null where `isWanted` said no before it was done.
 */
export function generate(
  decoder: DecoderGraphs,
  hidden: GraphTensor,
  generation: Generation,
  isWanted: IsWanted = () => true,
): Promise<(GeneratedSequence | null)[]> {
  const search = generation.numBeams === 1 ? greedySearch : beamSearch;
  return search(new DecodingBatch(decoder, hidden), hidden.dims[0]!, generation, isWanted);
}
