/** Which engines read lines, and when the next one is asked. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { fraction, integer } from './variable.ts';

const ENGINE_NAMES = ['paddle', 'trocr', 'tesseract'] as const;

export const engineVariables = {
  ENGINES: z
    .string()
    .default('auto')
    .transform((list) => (list === 'auto' ? list : list.split(',').map((name) => name.trim())))
    .pipe(z.union([z.literal('auto'), z.array(z.enum(ENGINE_NAMES)).min(1)], 'must be auto or a list of engines'))
    .refine((names) => names === 'auto' || new Set(names).size === names.length, 'must name each engine once')
    .describe(
      'Engines in the order in which they are asked, by commas: paddle, trocr, tesseract. auto: paddle, then tesseract; ' +
        'on a GPU, where the weights of TROCR_MODEL are there, trocr before them.',
    ),
  ENGINE_TIMEOUT_MS: integer(100, 600_000)
    .default(10_000)
    .describe('A line at most, waiting for a batch included; then the next engine reads it.'),
  ENGINE_BREAKER_FAILURES: integer(1, 1000)
    .default(10)
    .describe('So many failures within the window, if they are at least half of all lines, let an engine rest.'),
  ENGINE_BREAKER_WINDOW_MS: integer(100, 3_600_000).default(30_000),
  ENGINE_BREAKER_REST_MS: integer(10, 3_600_000).default(15_000).describe('Then one line at a time tries it.'),
  FALLBACK_CONFIDENCE: fraction.default(0).describe('Lines below it are read by the next engine too; 0: none.'),
  FALLBACK_BUDGET_MS: integer(0, 60_000).default(1000).describe('For all such lines of a page; the least sure first.'),
  TROCR_MODEL: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('trocr-small-printed')
    .describe('As `npm run models` names it; its folder is in DATA_DIR/models.'),
  TROCR_VARIANT: z
    .enum(['fp32', 'fp16', 'quantized', 'int8', 'uint8', 'q4', 'bnb4'])
    // As the files of the hubs are named.
    .transform((variant) => (variant === 'fp32' ? ('' as const) : (`_${variant}` as const)))
    .optional()
    .describe('Which of the files of its networks; default: the first of these that is there.'),
  TROCR_WORKERS: integer(1, 64).default(1).describe('Threads that read with it, each with a copy in memory.'),
  TROCR_MAX_BATCH: integer(1, 256).default(8).describe('Lines read together.'),
  TROCR_MAX_TOKENS: integer(1, 1024).default(64).describe('Of a line; what is longer ends there.'),
  TROCR_BEAMS: integer(1, 16).optional().describe('1 is greedy; default: what the model’s own settings say.'),
  TESSERACT_WORKERS: integer(1, 64)
    .default(Math.min(4, availableParallelism()))
    .describe('Threads of Tesseract at most, each of 100 to 200 MB; started when needed.'),
  TESSERACT_LINES_PER_WORKER: integer(1, 1_000_000)
    .default(500)
    .describe('Then a thread is replaced, for its memory only grows.'),
  TESSERACT_TIMEOUT_MS: integer(100, 600_000).default(5000).describe('A line in a thread at most; then it is ended.'),
  TESSERACT_IDLE_MS: integer(10, 3_600_000).default(60_000).describe('A thread without work ends after this.'),
};
