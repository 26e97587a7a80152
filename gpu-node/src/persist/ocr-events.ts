/** The CloudEvents that results.ts writes to the outbox. */
import {
  EVENT_SOURCE,
  INVENTORY_BULK_UPDATE,
  type InventoryBulkUpdateEvent,
  OCR_COMPLETED,
  OCR_FAILED,
  type OcrCompletedEvent,
  type OcrFailedEvent,
} from '@edge-ocr/shared/contract/cloud-events';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
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

/** What came in by an invoice; null for what is none, and for one whose lines were not read. */
export function inventoryEvent(result: OcrResult, shopId: string): InventoryBulkUpdateEvent | null {
  const { line_items, issuer, seller, invoice_number, purchase_order, date, currency } = result.structured;
  if (result.type !== 'invoice' || !line_items?.length) return null;
  return {
    ...attributes(result.id, shopId),
    type: INVENTORY_BULK_UPDATE,
    data: {
      job_id: result.id,
      shop_id: shopId,
      invoice: { issuer, seller, invoice_number, purchase_order, date, currency },
      needs_review: result.needs_review,
      line_items,
    },
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
