import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openFolderStore } from './folder-store.ts';
import type { ImageStore } from './image-store.ts';
import { openS3Store } from './s3-store.ts';

/** The store that the configuration asks for. */
export function openImageStore(config: Config): ImageStore {
  if (config.IMAGE_STORE === 'folder') return openFolderStore(join(config.DATA_DIR, 'images'));
  return openS3Store({
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    // That they are there is for the configuration to see to.
    bucket: config.S3_BUCKET!,
    accessKeyId: config.S3_ACCESS_KEY_ID!,
    secretAccessKey: config.S3_SECRET_ACCESS_KEY!,
    pathStyle: config.S3_PATH_STYLE,
    timeoutMs: config.S3_TIMEOUT_MS,
    maxAttempts: config.S3_MAX_ATTEMPTS,
  });
}
