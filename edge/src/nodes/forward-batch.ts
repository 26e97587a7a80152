import { BATCH_MEDIA_TYPE, encodeBatch } from '@edge-ocr/shared/batch-body';
import { type Answer, resultAnswer } from '@edge-ocr/shared/cache/answer';
import { errorBodySchema } from '@edge-ocr/shared/contract/envelope';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import { uuidV7 } from '@edge-ocr/shared/uuid-v7';
import { z } from 'zod';
import { sha256Hex } from '../digest.ts';
import { callVouched, isReplayed, queryOf, type Vouching } from './forward.ts';
import { versionIn } from './model-version.ts';
import { dataOf, nodeError } from './read-reply.ts';

/** The node answers so much before the deadline with what it has by then, rather than with nothing. */
const ANSWER_MARGIN_MS = 1000;

const batchReplySchema = z.object({
  batch_id: z.uuid(),
  processing_time_ms: z.number(),
  results: z.array(
    z.union([
      z.object({ index: z.int(), success: z.literal(true), result: z.record(z.string(), z.unknown()) }),
      z.object({ index: z.int(), success: z.literal(false), error: errorBodySchema }),
    ]),
  ),
});

export interface BatchAnswer {
  readonly batchId: string;
  readonly processingTimeMs: number;
  /** One for each image, in the order in which they were sent. */
  readonly outcomes: readonly { readonly answer: Answer; readonly modelVersion: string | null }[];
  /** Whether it is as old as its Idempotency-Key. */
  readonly replayed: boolean;
}

/**
 * Has one node read all the images together.
 * @throws OcrError NETWORK_ERROR or TIMEOUT when no node answered, or why a node refused them all.
 */
export async function forwardBatch(
  images: readonly Uint8Array[],
  options: OcrOptions,
  by: Vouching,
): Promise<BatchAnswer> {
  const bytes = encodeBatch(images);
  const body = { bytes, sha256: await sha256Hex(bytes), mediaType: BATCH_MEDIA_TYPE };
  const repeatable = { jobId: uuidV7(), hedged: false, deadline: by.deadline - ANSWER_MARGIN_MS };
  const reply = await callVouched('POST', `/api/v1/ocr/batch?${queryOf(options)}`, by, { body, repeatable });
  const parsed = batchReplySchema.safeParse(dataOf(reply));
  const inOrder = parsed.data?.results.every(({ index }, i) => index === i);
  if (!parsed.success || !inOrder || parsed.data.results.length !== images.length) {
    const cause = new Error('The node answered a batch with something else');
    throw new OcrError('NETWORK_ERROR', { message: 'The OCR node gave no usable answer', cause });
  }
  const nodeVersion = versionIn(reply.headers.get(HEADER.modelVersion));
  return {
    batchId: parsed.data.batch_id,
    processingTimeMs: parsed.data.processing_time_ms,
    outcomes: parsed.data.results.map((outcome) => outcomeOf(outcome, nodeVersion)),
    replayed: isReplayed(reply),
  };
}

type ReplyOutcome = z.infer<typeof batchReplySchema>['results'][number];

function outcomeOf(outcome: ReplyOutcome, nodeVersion: string | null): BatchAnswer['outcomes'][number] {
  if (!outcome.success) {
    return { answer: { kind: 'failure', error: nodeError(outcome.error) }, modelVersion: nodeVersion };
  }
  // A result may be another node's, with models of its own.
  const { model_version: own } = outcome.result;
  return { answer: resultAnswer(outcome.result), modelVersion: versionIn(typeof own === 'string' ? own : null) };
}
