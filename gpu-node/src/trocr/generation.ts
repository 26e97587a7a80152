import type { TokenRules } from './token-scores.ts';

/** How sequences are made; the names are those of transformers' GenerationConfig. */
export interface Generation extends TokenRules {
  /** decoder_start_token_id: where every sequence begins. */
  readonly startToken: number;
  /** 1 is greedy search. */
  readonly numBeams: number;
  /** A beam's score is divided by its length to this power. */
  readonly lengthPenalty: number;
  /** See beam-search.ts. */
  readonly earlyStopping: boolean | 'never';
}

export interface GeneratedSequence {
  /** The start token first; the end token last where it ended by itself. */
  readonly tokens: readonly number[];
  /** Of each token but the first, natural logarithm of the network's own probability, before any rule. */
  readonly logProbabilities: readonly number[];
  /** sequences_scores of transformers; of greedy search null. */
  readonly score: number | null;
  /** False where it was cut at maxLength. */
  readonly ended: boolean;
}

/** One row's question whether anybody still waits for it. */
export type IsWanted = (image: number) => boolean;
