import { randomUUID } from 'node:crypto';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { toHocr } from '@edge-ocr/shared/formats/hocr';
import { anyResult, parseCsv } from '@edge-ocr/shared/formats/results.fixture';
import type { InternalClaims } from '@edge-ocr/shared/internal';
import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeDependencies } from '../app.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import { correctResult } from '../persist/corrections.ts';
import type { Database } from '../persist/database.ts';
import { exampleJob, exampleResult } from '../persist/result.fixture.ts';
import { saveResult } from '../persist/results.ts';
import { renderError } from '../render-error.ts';
import { registerResults } from './results.ts';

const shopId = randomUUID();
const LIST = '/api/v1/ocr/results';
const results: OcrResult[] = [];
let cluster: TestCluster;
let db: Database;
let app: FastifyInstance;

beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
  for (const company of ['HARDWARE & SONS', '=cmd|/c calc', 'Corner, Ltd']) {
    const structured = { company, total: -12.5, line_items: [{ name: 'Nails', amount: 2 }, { name: 'Glue' }] };
    results.push(await saveResult(db, exampleJob(exampleResult({ structured }), shopId)));
  }
  app = Fastify({ genReqId: () => 'request-1' });
  app.setErrorHandler(renderError);
  app.decorateRequest('claims', null);
  // The token itself is tested in internal-token.test.ts.
  app.addHook('onRequest', async (request) => {
    request.claims = { sub: randomUUID(), shop_id: shopId, scope: 'ocr:read' } as InternalClaims;
  });
  registerResults(app, { database: db } as NodeDependencies);
});
afterAll(async () => {
  await app?.close();
  await cluster?.stop();
});

const get = (url: string) => app.inject({ url });

/** What PostgreSQL's libxml2, a parser of XML and nothing looser, finds in a document. */
async function xpath(document: string, path: string): Promise<string[]> {
  const { rows } = await db.query<{ found: string[] }>(
    `SELECT xpath($2, xmlparse(DOCUMENT $1), ARRAY[ARRAY['h', 'http://www.w3.org/1999/xhtml']])::text[] AS found`,
    [document, path],
  );
  return rows[0]!.found;
}

describe('a result in another format', () => {
  test('is JSON by default and when asked for', async () => {
    const plain = await get(`${LIST}/${results[0]!.id}`);
    expect(plain.json()).toMatchObject({ success: true, data: { id: results[0]!.id } });
    expect((await get(`${LIST}/${results[0]!.id}?format=json`)).json()).toEqual(plain.json());
  });

  test('csv has a row, with what a person said', async () => {
    const [, , { id }] = results as [OcrResult, OcrResult, OcrResult];
    await correctResult(db, { principal: { shopId, userId: randomUUID() }, resultId: id, fields: { total: 99.5 } });
    const response = await get(`${LIST}/${id}?format=csv`);
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${id}.csv"`,
    });
    const [header, row, ...more] = parseCsv(response.body);
    expect([row![header!.indexOf('company')], row![header!.indexOf('total')], more]).toEqual([
      'Corner, Ltd',
      '99.5',
      [],
    ]);
  });

  test('csv of items has a row an item', async () => {
    const response = await get(`${LIST}/${results[0]!.id}?format=csv&rows=items`);
    expect(response.headers['content-disposition']).toContain(`${results[0]!.id}-items.csv`);
    expect(parseCsv(response.body).map((row) => row[6])).toEqual(['name', 'Nails', 'Glue']);
  });

  test('text is its text', async () => {
    const response = await get(`${LIST}/${results[0]!.id}?format=text`);
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.body).toBe('HARDWARE TRADING\nTOTAL 12.50\n');
  });

  test('hocr is XHTML with the places', async () => {
    const response = await get(`${LIST}/${results[0]!.id}?format=hocr`);
    expect(response.headers['content-type']).toBe('application/xhtml+xml; charset=utf-8');
    expect(response.headers['content-disposition']).toContain('.hocr"');
    expect(await xpath(response.body, '//h:span[@class="ocr_line"]/@title')).toEqual([
      'bbox 10 10 90 30; x_wconf 99',
      'bbox 10 10 90 30; x_wconf 98',
    ]);
    expect(await xpath(response.body, '//h:meta[@name="ocr-capabilities"]/@content')).toEqual([
      'ocr_page ocr_line ocrx_word ocrp_wconf',
    ]);
  });

  test.each(['format=pdf', 'format=csv&format=text', 'rows=items', 'format=text&rows=items', 'x=1'])(
    'is not asked for with %s',
    async (query) => {
      const response = await get(`${LIST}/${results[0]!.id}?${query}`);
      expect([response.statusCode, response.json().error.code]).toEqual([400, 'INVALID_REQUEST']);
    },
  );

  test('that is not there is NOT_FOUND, as JSON', async () => {
    expect((await get(`${LIST}/${randomUUID()}?format=csv`)).json().error.code).toBe('NOT_FOUND');
  });
});

describe('a list in another format', () => {
  test('names its next page in Link, until the last', async () => {
    const first = await get(`${LIST}?format=csv&limit=2&type=receipt`);
    expect(first.headers['content-disposition']).toBe('attachment; filename="results.csv"');
    const [, next] = /^<(.+)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    const second = await get(next!);
    expect(second.headers).not.toHaveProperty('link');
    const ids = [first, second].flatMap(({ body }) => parseCsv(body).slice(1)).map(([id]) => id);
    expect(ids).toEqual(results.map(({ id }) => id).reverse());
    expect(first.body).toContain("'=cmd");
  });

  test('text has a page a result', async () => {
    expect((await get(`${LIST}?format=text`)).body.split('\f')).toHaveLength(3);
  });

  test('is not hOCR, which is of one document', async () => {
    expect((await get(`${LIST}?format=hocr`)).json().error).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

test('hOCR of any result is well-formed, with all its words, each within its page', async () => {
  await fc.assert(
    fc.asyncProperty(anyResult, async (result) => {
      const document = toHocr(result);
      const shown = result.lines.filter(({ page }) => page < result.pages.length);
      const words = await xpath(document, '//h:div[@class="ocr_page"]//h:span[@class="ocrx_word"]/@title');
      expect(words).toHaveLength(shown.flatMap((line) => line.words).length);
      expect(await xpath(document, '//h:span[@class="ocr_line"]')).toHaveLength(shown.length);
      for (const title of words) {
        const [, ...numbers] = /^bbox (\d+) (\d+) (\d+) (\d+); x_wconf (\d+)$/.exec(title) ?? [];
        const [x0, y0, x1, y1, certainty] = numbers.map(Number) as [number, number, number, number, number];
        expect(x0 <= x1 && y0 <= y1 && x1 <= 1000 && y1 <= 1000 && certainty <= 100, title).toBe(true);
      }
      const ids = await xpath(document, '//@id');
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 60 },
  );
});

test('hOCR holds a word as it was read, mark-up and all', async () => {
  const polygon: [number, number][] = [
    [1.4, 2.6],
    [30, 2],
    [30, 20.2],
  ];
  const words = [{ text: 'a<b>&"c"\'\u0007 আম', confidence: 0.964, polygon }];
  const lines = [{ text: 'x', confidence: 1, polygon, page: 0, row: 0, words }];
  const document = toHocr(exampleResult({ lines }));
  const { rows } = await db.query<{ text: string }>(
    `SELECT t.text FROM xmltable(xmlnamespaces('http://www.w3.org/1999/xhtml' AS h), '//h:span[@class="ocrx_word"]'
       PASSING xmlparse(DOCUMENT $1) COLUMNS text text PATH '.') t`,
    [document],
  );
  expect(rows).toEqual([{ text: 'a<b>&"c"\' আম' }]);
  expect(document).toContain('title="bbox 1 2 30 21; x_wconf 96"');
});
