/** The CloudEvents that results.ts writes to the outbox. */
import {
  EVENT_SOURCE,
  OCR_COMPLETED,
  OCR_FAILED,
  type OcrCompletedEvent,
  type OcrFailedEvent,
} from '@edge-ocr/shared/contract/cloud-events';
import type { OcrError } from '@edge-ocr/shared/errors';
import { v7 } from 'uuid';
import { maskText } from '../log/mask-text.ts';

/** Without `data`, which the database puts in: the result is sent to it once. */
export function completedEvent(jobId: string, shopId: string): Omit<OcrCompletedEvent, 'data'> {
  return { ...attributes(jobId, shopId), type: OCR_COMPLETED };
}

export function failedEvent(jobId: string, shopId: string, error: OcrError): OcrFailedEvent {
  const { code, retryable } = error;
  const message = maskText(error.message);
  return {
    ...attributes(jobId, shopId),
    type: OCR_FAILED,
    data: { job_id: jobId, shop_id: shopId, error: { code, message, retryable } },
  };
}

function attributes(jobId: string, shopId: string) {
  return {
    specversion: '1.0',
    id: v7(),
    source: EVENT_SOURCE,
    subject: jobId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    shopid: shopId,
  } as const;
}
