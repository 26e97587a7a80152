/** For tests: a result as the pipeline makes it. */
import { createHash, randomUUID } from 'node:crypto';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { newJobId, timeOfJobId } from './job-id.ts';
import type { ResultToSave } from './results.ts';

export function exampleResult(overrides: Partial<OcrResult> = {}): OcrResult {
  const id = overrides.id ?? newJobId();
  const polygon: [number, number][] = [
    [10, 10],
    [90, 10],
    [90, 30],
    [10, 30],
  ];
  return {
    id,
    type: 'receipt',
    text: 'HARDWARE TRADING\nTOTAL 12.50',
    confidence: 0.98765,
    structured: { company: 'HARDWARE TRADING', total: 12.5 },
    fields: { total: { value: 12.5, confidence: 0.97, line: 1, lines: [1], polygon } },
    checks: [],
    barcodes: [],
    lines: [
      { text: 'HARDWARE TRADING', confidence: 0.99, polygon, page: 0, row: 0, words: [] },
      { text: 'TOTAL 12.50', confidence: 0.98, polygon, page: 0, row: 1, words: [] },
    ],
    pages: [{ width: 600, height: 900 }],
    needs_review: false,
    warnings: [],
    processing_time_ms: 812.4,
    timings: { decode: 10, enhance: 5, detect: 200, recognise: 580, barcodes: 30, extract: 2, persist: 0 },
    model_used: 'paddle',
    model_version: 'test-1',
    cache: 'miss',
    duplicate_of: null,
    duplicate_match: null,
    image: { sha256: createHash('sha256').update(id).digest('hex'), format: 'jpeg', size_bytes: 12_345 },
    created_at: timeOfJobId(id).toISOString(),
    ...overrides,
  };
}

/** @param shopId a new shop by default. */
export function exampleJob(result: OcrResult = exampleResult(), shopId: string = randomUUID()): ResultToSave {
  return {
    result,
    principal: { shopId, userId: randomUUID() },
    requestId: 'request-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    options: { type: result.type, confidence_threshold: 0.8, extract_barcodes: true, language: 'en' },
    queueWaitMs: 12.3,
  };
}
