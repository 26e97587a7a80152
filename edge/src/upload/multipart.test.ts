import { describe, expect, it } from 'vitest';
import { findBytes } from './find-bytes.ts';
import { MultipartError, parseMultipart } from './multipart.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (string: string) => new TextEncoder().encode(string);
const TYPE = 'multipart/form-data; boundary=B';
const part = (headers: string, body: string) => `--B\r\n${headers}\r\n\r\n${body}\r\n`;

describe('findBytes', () => {
  it('finds what indexOf finds, wherever it is', () => {
    const haystack = crypto.getRandomValues(new Uint8Array(5000)).map((byte) => byte % 4);
    for (let i = 0; i < 200; i++) {
      const start = (i * 37) % 4900;
      const needle = haystack.slice(start, start + 1 + (i % 90));
      const asText = (part: Uint8Array) => [...part].join('');
      const from = (i * 13) % 300;
      expect(findBytes(haystack, needle, from)).toBe(asText(haystack).indexOf(asText(needle), from));
    }
    expect(findBytes(haystack, new Uint8Array(300).fill(9), 0)).toBe(-1);
    expect(findBytes(new Uint8Array(2), new Uint8Array(3), 0)).toBe(-1);
    const long = crypto.getRandomValues(new Uint8Array(400));
    expect(findBytes(new Uint8Array([...haystack, ...long, ...haystack]), long, 0)).toBe(5000);
  });
});

describe('a form', () => {
  it('is read as the platform reads it', async () => {
    const form = new FormData();
    const image = crypto.getRandomValues(new Uint8Array(3000));
    image.set(bytes('\r\n--'), 100);
    form.set('image', new File([image], 'a "quoted" name; filename=x.jpg'));
    form.set('type', 'receipt');
    form.set('empty', '');
    form.set('umlaut', 'Grüße\r\nzwei');
    const request = new Request('http://x', { method: 'POST', body: form });
    const parts = parseMultipart(request.headers.get('content-type')!, new Uint8Array(await request.arrayBuffer()));
    expect(parts.map(({ name, isFile }) => [name, isFile])).toEqual([
      ['image', true],
      ['type', false],
      ['empty', false],
      ['umlaut', false],
    ]);
    expect(parts[0]!.bytes).toEqual(image);
    expect(parts.slice(1).map((field) => text(field.bytes))).toEqual(['receipt', '', 'Grüße\r\nzwei']);
  });

  it('may quote its boundary, and be followed by anything', () => {
    const body = `--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--a b--\r\nepilogue`;
    expect(parseMultipart('multipart/form-data; charset=utf-8; boundary="a b"', bytes(body))).toHaveLength(1);
    expect(
      parseMultipart(TYPE, bytes(`\r\n${part('Content-Disposition: form-data; name="x"', '1')}--B--`)),
    ).toHaveLength(1);
  });

  it('does not take a name from the file name', () => {
    const disposition = 'Content-Disposition: form-data; filename="; name=\\"type\\""; name="image"';
    expect(parseMultipart(TYPE, bytes(`${part(disposition, 'x')}--B--`))[0]!.name).toBe('image');
  });

  it.each<[string, string]>([
    ['without a beginning', 'preamble'],
    ['that breaks off in a part', '--B\r\nContent-Disposition: form-data; name="x"\r\n\r\nvalue'],
    ['that breaks off after a boundary', '--B\r\n'],
    ['with a part that has no headers', '--B\r\n\r\nvalue\r\n--B--'],
    ['with a part that has no name', `${part('Content-Disposition: form-data', '1')}--B--`],
    ['with a part that is no field', `${part('Content-Disposition: attachment; name="x"', '1')}--B--`],
    [
      'with a boundary that does not end its line',
      '--Bx\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--B--',
    ],
    ['with bare line feeds', '--B\nContent-Disposition: form-data; name="x"\n\n1\n--B--'],
    [
      'with a transfer encoding',
      `${part('Content-Disposition: form-data; name="x"\r\nContent-Transfer-Encoding: base64', 'MQ==')}--B--`,
    ],
    ['with huge part headers', `${part(`Content-Disposition: form-data; name="${'x'.repeat(2000)}"`, '1')}--B--`],
    ['with a hundred parts', `${part('Content-Disposition: form-data; name="x"', '1').repeat(100)}--B--`],
  ])('%s is refused', (_, body) => {
    expect(() => parseMultipart(TYPE, bytes(body))).toThrow(MultipartError);
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
    'multipart/form-data; boundary="a\r\nb"',
  ])('of type %j is refused', (type) => expect(() => parseMultipart(type, bytes('--x--'))).toThrow(MultipartError));
});
