/** How an image is read: networks, batches, codes, duplicates. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { fraction, integer, path } from './variable.ts';

/**
 * The detector has one large run a page, the recogniser many small ones that go faster beside each other than each spread
 * over the cores: so every worker detects with all cores and recognises with its share. On 2 cores
 * recognition took 0.93 of the time it takes one worker with two threads; `npm run bench -- tune` measures the choices
 * where it runs.
 */
const CORES = availableParallelism();
const inferenceWorkers = Math.min(4, CORES);

export const readingVariables = {
  WORKER_THREADS: integer(1, 256).default(Math.max(2, CORES)),
  INFERENCE_WORKERS: integer(1, 64)
    .default(inferenceWorkers)
    .describe('Runs of networks at a time, each on a thread with networks of its own.'),
  DETECT_THREADS: integer(1, 256).default(CORES).describe('Threads inside one run of the detector.'),
  RECOGNISE_THREADS: integer(1, 256)
    .default(Math.max(1, Math.floor(CORES / inferenceWorkers)))
    .describe('Threads inside one run of the recogniser.'),
  DETECT_MODEL: z.string().default('pp-ocrv4-mobile-det'),
  RECOGNISE_MODEL: z.string().default('pp-ocrv4-mobile-rec'),
  MODEL_GRAPH: z
    .enum(['auto', 'int8', 'optimised', 'float16', 'original'])
    .default('auto')
    .describe(
      'How networks are rewritten when a node starts; auto is int8 on the CPU where it has VNNI, else optimised.',
    ),
  LEXICON: z.enum(['retail', 'off']).default('retail').describe('Whether unsure words are mended by lists of words.'),
  LEXICON_FILE: path
    .optional()
    .describe('Words to know besides, parted by white space: brands and streets of the shop’s own.'),
  WORKING_SIDE: integer(256, 16_384)
    .default(3200)
    .describe('Larger images are scaled down to this side while decoding.'),
  DETECT_SIDE: integer(320, 4096).default(1216).describe('Longest side of the detector’s input.'),
  DETECT_PIXEL_THRESHOLD: fraction.default(0.3),
  DETECT_BOX_THRESHOLD: fraction.default(0.6),
  DETECT_UNCLIP_RATIO: z.coerce.number().min(1).max(4).default(1.8),
  BARCODE_BUDGET_MS: integer(0, 10_000).default(500).describe('All looks for codes end within this, type=barcode.'),
  PRODUCT_BARCODE_BUDGET_MS: integer(0, 10_000).default(120).describe('The same for every other type.'),
  DUPLICATE_DAYS: integer(1, 3650).default(90).describe('The same photo in other bytes is looked for so far back.'),
  DUPLICATE_CANDIDATES: integer(0, 100_000)
    .default(1000)
    .describe('Results of the same facts that are compared at most; 0 looks for the same bytes alone.'),
  DUPLICATE_DISTANCE_PAPER: integer(0, 32)
    .default(12)
    .describe('Of 64 bits of their looks, how many may differ between papers with the same facts.'),
  DUPLICATE_DISTANCE_THING: integer(0, 32)
    .default(6)
    .describe('The same between photos of products and codes with the same codes.'),
  DUPLICATE_DISTANCE_ALONE: integer(0, 32).default(4).describe('The same where no facts were read on either.'),
  ACCURACY_DAYS: integer(1, 3650).default(90).describe('Metrics tell how right the models were over so many days.'),
  MAX_LINES: integer(1, 10_000).default(1000).describe('Lines read per page, the surest first.'),
  MAX_LINE_WIDTH: integer(320, 16_384)
    .default(1600)
    .describe('Pixels of a line at the recogniser’s height; a longer one is read in parts, cut at gaps.'),
  BATCH_MAX_CROPS: integer(1, 256).default(16),
  BATCH_MAX_WIDTH: integer(320, 100_000)
    .default(1024)
    .describe('Pixels of width in one batch, padding included. What it needs should fit the cache of a core.'),
};
