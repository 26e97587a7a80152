import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { parseCsv } from '@edge-ocr/shared/formats/results.fixture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const LIST = '/api/v1/ocr/results';
let stack: TestStack;
let token: string;
let read: OcrResult;
beforeAll(async () => {
  stack = await startTestStack();
  token = await stack.token();
  const api = new ApiClient(stack.edgeUrl, token);
  read = resultOf(await api.postFile(await readFixture('receipt-1.jpg'), { type: 'receipt' }));
  resultOf(await api.postFile(await readFixture('receipt-2.jpg'), { type: 'receipt' }));
  await api.send(`${LIST}/${read.id}/corrections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fields: { company: '=Harbour, "Lane"' } }),
  });
});
afterAll(() => stack?.stop());

async function download(path: string): Promise<{ response: Response; text: string }> {
  const response = await fetch(stack.edgeUrl + path, { headers: { authorization: `Bearer ${token}` } });
  return { response, text: await response.text() };
}

describe('a stored receipt', () => {
  it('as CSV has its fields, as a person put them right', async () => {
    const { response, text } = await download(`${LIST}/${read.id}?format=csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${read.id}.csv"`);
    const [header = [], row = []] = parseCsv(text);
    const cell = (name: string) => row[header.indexOf(name)];
    expect(cell('company')).toBe('\'=Harbour, "Lane"');
    expect(cell('total')).toBe(String(read.structured.total));
    expect(cell('line_items')).toBe(String(read.structured.line_items?.length));
  });

  it('as CSV of its items has each of them', async () => {
    const { text } = await download(`${LIST}/${read.id}?format=csv&rows=items`);
    const names = parseCsv(text).map((row) => row[6]);
    expect(names.slice(1)).toEqual(read.structured.line_items?.map(({ name }) => name));
  });

  it('as text is what was read', async () => {
    const { response, text } = await download(`${LIST}/${read.id}?format=text`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text).toBe(`${read.text}\n`);
  });

  it('as hOCR has all its words where they are', async () => {
    const { response, text } = await download(`${LIST}/${read.id}?format=hocr`);
    expect(response.headers.get('content-type')).toBe('application/xhtml+xml; charset=utf-8');
    expect(text.match(/class="ocrx_word"/g)).toHaveLength(read.lines.flatMap(({ words }) => words).length);
    const [page] = read.pages;
    expect(text).toContain(`bbox 0 0 ${page!.width} ${page!.height}; ppageno 0`);
  });
});

it('the list as CSV leads from page to page', async () => {
  const first = await download(`${LIST}?format=csv&limit=1`);
  const [, next] = /^<(.+)>; rel="next"$/.exec(first.response.headers.get('link') ?? '') ?? [];
  const second = await download(next!);
  expect(second.response.headers.has('link')).toBe(false);
  expect(parseCsv(first.text)[0]).toEqual(parseCsv(second.text)[0]);
  expect(parseCsv(second.text)[1]?.[0]).toBe(read.id);
});
