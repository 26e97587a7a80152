import { type ImageStore, imageKey } from '@edge-ocr/gpu-node/images/image-store';
import { openS3Store } from '@edge-ocr/gpu-node/images/s3-store';
import { expectStoreBehaviour } from '@edge-ocr/gpu-node/images/store-cases.fixture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3Server } from './s3-server.ts';
import { serviceUrl } from './service-url.ts';

const SHOP = '5f0c2f4e-8a55-4a6e-9c3e-0d6a5a1f0001';

const jar = serviceUrl('TEST_S3_JAR', 's3mock-4.11.0-exec.jar, see test/services/s3-server.ts');

describe.skipIf(!jar)('an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server(jar!);
  });
  afterAll(() => server?.stop());

  function open(endpoint = server.endpoint, bucket = server.bucket): ImageStore {
    const keys = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
    return openS3Store({ ...keys, endpoint, bucket, region: 'auto', pathStyle: true, timeoutMs: 2000, maxAttempts: 2 });
  }

  it('keeps images as every store does', async () => {
    const store = open();
    await expectStoreBehaviour(store);
    store.close();
  });

  it('that is away, or has no such bucket, is NETWORK_ERROR within a bound', async () => {
    const key = imageKey(SHOP, 'ab'.repeat(32));
    for (const store of [open('http://127.0.0.1:1'), open(server.endpoint, 'no-such-bucket')]) {
      await expect(store.put(key, new Uint8Array(1), 'image/jpeg')).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
      store.close();
    }
  });
});
