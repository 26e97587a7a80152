/** Images in a bucket of S3, R2 or MinIO. The only importer of @aws-sdk/client-s3. */
import {
  type _Object,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageStore, isImageKey, parseImageKey, type StoredImage, shopPrefix } from './image-store.ts';

export interface S3Options {
  /** Without it AWS's own for the region. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The bucket in the path rather than in the host's name, as MinIO wants it. */
  readonly pathStyle: boolean;
  /** For one try. */
  readonly timeoutMs: number;
  /** Tries of one call, the first included. */
  readonly maxAttempts: number;
}

const CONNECT_TIMEOUT_MS = 3000;
/** Between tries the client waits up to this, by its own backoff. */
const PAUSE_MAX_MS = 20_000;
const DELETED_TOGETHER = 20;

/** Asks nothing of the bucket yet. */
export function openS3Store(options: S3Options): ImageStore {
  const { bucket: Bucket, timeoutMs, maxAttempts } = options;
  const client = createClient(options);
  const inTime = () => ({ abortSignal: AbortSignal.timeout(maxAttempts * timeoutMs + PAUSE_MAX_MS) });
  async function* objects(Prefix: string): AsyncIterable<_Object> {
    let ContinuationToken: string | undefined;
    do {
      const page = await away(client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }), inTime()));
      yield* page.Contents ?? [];
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }
  return {
    name: `bucket ${Bucket}`,
    async put(Key, Body, ContentType) {
      parseImageKey(Key);
      await away(client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }), inTime()));
    },
    async get(Key) {
      parseImageKey(Key);
      const limits = inTime();
      const found = await away(
        client.send(new GetObjectCommand({ Bucket, Key }), limits).catch((error: unknown) => {
          if (error instanceof NoSuchKey) return null;
          throw error;
        }),
      );
      return found?.Body ? await away(found.Body.transformToByteArray()) : null;
    },
    async delete(Key) {
      parseImageKey(Key);
      await away(client.send(new DeleteObjectCommand({ Bucket, Key }), inTime()));
    },
    async *list(shopId): AsyncIterable<StoredImage> {
      for await (const { Key, LastModified, Size } of objects(shopId ? shopPrefix(shopId) : 'shop/')) {
        if (Key && LastModified && isImageKey(Key)) yield { key: Key, storedAt: LastModified, sizeBytes: Size ?? 0 };
      }
    },
    async deleteShop(shopId, onDeleted) {
      const keys: string[] = [];
      // One by one, for not every server takes DeleteObjects; some at a time.
      const deleteTogether = async () => {
        const page = keys.splice(0);
        await Promise.all(page.map((Key) => away(client.send(new DeleteObjectCommand({ Bucket, Key }), inTime()))));
        await onDeleted(page.filter(isImageKey).length);
      };
      for await (const { Key } of objects(shopPrefix(shopId))) {
        if (Key) keys.push(Key);
        if (keys.length === DELETED_TOGETHER) await deleteTogether();
      }
      if (keys.length > 0) await deleteTogether();
    },
    close: () => client.destroy(),
  };
}

function createClient(options: S3Options): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, pathStyle, timeoutMs, maxAttempts } = options;
  return new S3Client({
    ...(endpoint && { endpoint }),
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: pathStyle,
    maxAttempts,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
    // By default the client adds CRC trailers that R2 and older MinIO servers refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

async function away<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new OcrError('NETWORK_ERROR', { message: 'The image store does not answer', cause });
  }
}
