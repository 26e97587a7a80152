import { beforeEach, describe, expect, it } from 'vitest';
import { errorOf, jpeg, postForm, postImage, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

const MiB = 1024 * 1024;
let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

/** @returns code and status of the refusal; the node must not have heard of it. */
async function refusal(request: Request): Promise<string> {
  const error = await errorOf(await send(request, { node }));
  expect(node.received).toHaveLength(0);
  expect(error.details.suggestion).not.toBe('');
  return `${error.status} ${error.code}`;
}

/** A body without Content-Length that counts what is read of it. */
function streamed(totalBytes: number): { stream: ReadableStream<Uint8Array>; pulled: () => number } {
  let pulled = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulled >= totalBytes) return controller.close();
      controller.enqueue(pulled === 0 ? jpeg(MiB) : new Uint8Array(MiB));
      pulled += MiB;
    },
  });
  return { stream, pulled: () => pulled };
}

describe('a body', () => {
  it('that is empty is INVALID_REQUEST', async () => {
    expect(await refusal(await postImage({ image: new Uint8Array(0) }))).toBe('400 INVALID_REQUEST');
    expect(await refusal(await postForm({ image: new File([], 'empty.jpg') }))).toBe('400 INVALID_REQUEST');
  });

  it('of 11 MB is IMAGE_TOO_LARGE, bare and in a form', async () => {
    expect(await refusal(await postImage({ image: jpeg(11 * MiB) }))).toBe('413 IMAGE_TOO_LARGE');
    expect(await refusal(await postForm({ image: new File([jpeg(11 * MiB)], 'big.jpg') }))).toBe('413 IMAGE_TOO_LARGE');
  });

  it('of 11 MB without Content-Length is IMAGE_TOO_LARGE, and read to its end', async () => {
    const { stream, pulled } = streamed(11 * MiB);
    expect(await refusal(await postImage({ image: stream }))).toBe('413 IMAGE_TOO_LARGE');
    expect(pulled()).toBe(11 * MiB);
  });

  it('without end is given up', async () => {
    const { stream, pulled } = streamed(Number.POSITIVE_INFINITY);
    expect(await refusal(await postImage({ image: stream }))).toBe('413 IMAGE_TOO_LARGE');
    expect(pulled()).toBeLessThan(100 * MiB);
  });

  it('with a wrong Content-Length is counted', async () => {
    const headers = { 'Content-Length': '100' };
    expect(await refusal(await postImage({ image: streamed(11 * MiB).stream, headers }))).toBe('413 IMAGE_TOO_LARGE');
  });

  it('of exactly the limit passes, one byte more does not', async () => {
    expect(await refusal(await postImage({ image: jpeg(10 * MiB + 1) }))).toBe('413 IMAGE_TOO_LARGE');
    expect((await send(await postImage({ image: jpeg(10 * MiB) }), { node })).status).toBe(200);
    expect((await send(await postForm({ image: new File([jpeg(10 * MiB)], 'a') }), { node })).status).toBe(200);
  });

  it('that stalls is TIMEOUT', async () => {
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(jpeg()) });
    const response = await send(await postImage({ image: stream }), { node, vars: { REQUEST_DEADLINE_MS: '150' } });
    expect((await errorOf(response)).code).toBe('TIMEOUT');
  });
});

describe('a form', () => {
  const file = () => new File([jpeg()], 'photo.jpg');
  const form = (...entries: [string, string | File][]) => {
    const data = new FormData();
    for (const [name, value] of entries) data.append(name, value);
    return data;
  };

  it('is read with its options', async () => {
    expect((await send(await postForm({ image: file(), type: 'receipt', language: 'bn' }), { node })).status).toBe(200);
    expect(node.received[0]?.target).toContain(
      'type=receipt&confidence_threshold=0.8&extract_barcodes=true&language=bn',
    );
  });

  it.each<[string, [string, string | File][]]>([
    ['no image', [['type', 'receipt']]],
    ['an image that is text', [['image', 'hello']]],
    [
      'two images',
      [
        ['image', file()],
        ['image', file()],
      ],
    ],
    [
      'an option twice',
      [
        ['image', file()],
        ['type', 'receipt'],
        ['type', 'product'],
      ],
    ],
    [
      'a file elsewhere',
      [
        ['image', file()],
        ['type', file()],
      ],
    ],
    [
      'an unknown option',
      [
        ['image', file()],
        ['colour', 'red'],
      ],
    ],
    [
      'a prototype',
      [
        ['image', file()],
        ['__proto__', 'x'],
      ],
    ],
  ])('with %s is INVALID_REQUEST', async (_, entries) => {
    expect(await refusal(await postForm(form(...entries)))).toBe('400 INVALID_REQUEST');
  });

  it('with options in the query as well is INVALID_REQUEST', async () => {
    const request = await postForm({ image: file() });
    expect(await refusal(new Request(`${request.url}?type=receipt`, request))).toBe('400 INVALID_REQUEST');
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=other'])(
    'that is no %s is INVALID_REQUEST',
    async (type) => {
      expect(await refusal(await postImage({ headers: { 'Content-Type': type } }))).toBe('400 INVALID_REQUEST');
    },
  );
});

describe('options in the query', () => {
  it.each([
    '?confidence_threshold=-0.1',
    '?confidence_threshold=1.1',
    '?type=poem',
    '?language=xx',
    '?extract_barcodes=maybe',
    '?colour=red',
    '?type=receipt&type=receipt',
  ])('%s are INVALID_REQUEST', async (query) => {
    expect(await refusal(await postImage({ query }))).toBe('400 INVALID_REQUEST');
  });
});

describe('a file', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it.each([
    ['text named .jpg', bytes('This is not a picture at all.')],
    ['shorter than any image', bytes('\xff\xd8')],
  ])('that is %s is UNSUPPORTED_TYPE', async (_, image) => {
    expect(await refusal(await postImage({ image }))).toBe('415 UNSUPPORTED_TYPE');
    expect(await refusal(await postForm({ image: new File([image], 'photo.jpg', { type: 'image/jpeg' }) }))).toBe(
      '415 UNSUPPORTED_TYPE',
    );
  });

  it.each(['application/pdf', 'application/octet-stream', 'image/jpeg'])(
    'that is a PDF is sent on, as %s',
    async (type) => {
      const pdf = bytes('%PDF-1.7 and what follows');
      await send(await postImage({ image: pdf, headers: { 'Content-Type': type } }), { node });
      await send(await postForm({ image: new File([pdf, ' '], 'invoice.pdf', { type }) }), { node });
      expect(node.received.map(({ headers }) => headers.get('content-type'))).toEqual([
        'application/pdf',
        'application/pdf',
      ]);
    },
  );

  it('that is an iPhone’s HEIC is sent on, whatever it was called', async () => {
    const heic = bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic');
    await send(await postImage({ image: heic, headers: { 'Content-Type': 'image/heif' } }), { node });
    expect(node.received[0]?.headers.get('content-type')).toBe('image/heic');
  });

  it('is sent on as what it is, whatever it was called', async () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
    await send(await postImage({ image: png, headers: { 'Content-Type': 'image/jpeg' } }), { node });
    expect(node.received[0]?.headers.get('content-type')).toBe('image/png');
  });

  it.each(['application/json', 'text/plain', ''])('under the Content-Type "%s" is UNSUPPORTED_TYPE', async (type) => {
    expect(await refusal(await postImage({ headers: { 'Content-Type': type } }))).toBe('415 UNSUPPORTED_TYPE');
  });
});
