/** What an image may be, and where originals are kept. */
import { z } from 'zod';
import { flag, integer, MIB, type VariablesOf } from './variable.ts';

export const imageVariables = {
  MAX_IMAGE_BYTES: integer(1, 200 * MIB).default(10 * MIB),
  MAX_BATCH_BYTES: integer(1, 1024 * MIB)
    .default(32 * MIB)
    .describe('Of all images of a batch; it holds one place among MAX_IN_FLIGHT.'),
  MAX_IMAGE_PIXELS: integer(1, 500_000_000).default(50_000_000),
  MAX_JPEG_PIXELS: integer(1, 1_000_000_000)
    .default(160_000_000)
    .describe('The same for JPEG, which is decoded at a reduced scale.'),
  MAX_IMAGE_SIDE: integer(1, 100_000).default(16_384),
  MIN_IMAGE_SIDE: integer(1, 1000).default(16),
  MAX_ASPECT_RATIO: z.coerce.number().min(1).max(1000).default(30),
  DECODE_TIMEOUT_SECONDS: integer(1, 120).default(10),
  MAX_PAGES: integer(1, 200).default(10).describe('Pages read of a PDF or TIFF; a warning says that there are more.'),
  PDF_DPI: integer(72, 600).default(200).describe('Pixels an inch of a PDF’s pages, fewer where a page is too large.'),
  PDF_TEXT: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe('Whether the text that a PDF brings is used where it agrees with what is seen.'),
  PDF_MAX_CHARS: integer(100, 100_000)
    .default(20_000)
    .describe('Characters of a page’s own text; with more the page is read from its pixels.'),
  PDF_MAX_MEMORY_BYTES: integer(64 * MIB, 2048 * MIB)
    .default(512 * MIB)
    .describe('For opening one PDF or rendering one page of it.'),
  PDF_TIMEOUT_SECONDS: integer(1, 120).default(10).describe('For opening a PDF, and for each of its pages.'),
  PDF_THREADS: integer(1, 64).default(2).describe('PDFs opened at a time; each takes memory of its own.'),
  IMAGE_STORE: z.enum(['folder', 's3']).default('folder').describe('Where originals wait for work that is done later.'),
  IMAGE_RETENTION_DAYS: integer(1, 3650).default(90).describe('Originals in that store are deleted after this.'),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Of R2, MinIO and others; without it AWS’s own of the region.'),
  S3_REGION: z.string().default('auto'),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_PATH_STYLE: flag.default(false).describe('The bucket in the path, as MinIO wants it.'),
  S3_TIMEOUT_MS: integer(100, 600_000).default(10_000).describe('For one try.'),
  S3_MAX_ATTEMPTS: integer(1, 10).default(3),
};

export function imageContradictions(config: Partial<VariablesOf<typeof imageVariables>>): string[] {
  const names = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
  const missing = config.IMAGE_STORE === 's3' ? names.filter((name) => !config[name]) : [];
  return missing.map((name) => `${name}: is needed with IMAGE_STORE=s3`);
}
