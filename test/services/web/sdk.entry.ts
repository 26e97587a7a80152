/** What the browser test puts into its pages. */
import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { OfflineQueue } from '@edge-ocr/shared/client/offline-queue';
import { shrinkImage } from '@edge-ocr/shared/client/shrink-image';
import { indexedDbStorage } from '@edge-ocr/shared/client/storage/indexed-db';

const sdk = { OcrClient, OfflineQueue, shrinkImage, indexedDbStorage };
Object.assign(globalThis, { sdk });
export type Sdk = typeof sdk;
