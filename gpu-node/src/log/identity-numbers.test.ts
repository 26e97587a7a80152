import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenPage } from '../../../test/fixtures/written.ts';
import { saveFailure } from '../persist/results.ts';
import { type LoggedNode, startLoggedNode } from './logged-node.fixture.ts';

const PAN = 'ABCPK1234L';
const AADHAAR = '2345 6789 0124';

let node: LoggedNode;
let card: Buffer;
beforeAll(async () => {
  card = await writtenPage(['INCOME TAX DEPARTMENT', `PAN ${PAN}`, 'GOVERNMENT OF INDIA', AADHAAR]);
  node = await startLoggedNode();
});
afterAll(() => node?.stop());

function expectNothingLogged(): void {
  const logged = node.lines.join('');
  expect(logged).not.toBe('');
  for (const number of [PAN, AADHAAR, AADHAAR.replaceAll(' ', ''), encodeURIComponent(AADHAAR)]) {
    expect(logged).not.toContain(number);
  }
  expect(logged).not.toMatch(/INCOME|DEPARTMENT/);
}

describe('an identity card', () => {
  test('is read and stored, and nothing of it is logged', async () => {
    const reply = await node.send('POST', '/api/v1/ocr/process?type=document', { payload: card });
    expect(reply.statusCode).toBe(200);
    const { text, structured } = reply.json().data;
    expect(text).toContain(PAN);
    expect(JSON.stringify(structured)).toContain(PAN);
    expectNothingLogged();
  });

  test('is found by its number, and the search is not logged', async () => {
    const reply = await node.send('GET', `/api/v1/ocr/results?query=${PAN}&type=document`);
    expect(reply.json().data.results).toHaveLength(1);
    await node.send('GET', `/api/v1/ocr/results?query=${encodeURIComponent(AADHAAR)}&nothing=${PAN}`);
    await node.send('GET', `/api/v1/ocr/results/${PAN}`);
    expect(node.lines.join('')).toContain('/api/v1/ocr/results');
    expectNothingLogged();
  });

  test('that cannot be stored leaves nothing of itself in the log, nor in the log of errors', async () => {
    await node.database.query(
      'ALTER TABLE ocr_processing_jobs ADD CONSTRAINT nothing CHECK (extracted_text IS NULL)  NOT VALID',
    );
    const reply = await node.send('POST', '/api/v1/ocr/process?type=document&confidence_threshold=0.7', {
      payload: card,
    });
    expect(reply.statusCode).toBe(500);
    expect(node.lines.join('')).toContain('23514');
    expectNothingLogged();
    await expect
      .poll(async () => (await node.database.query('SELECT * FROM ocr_error_logs')).rows, { timeout: 5000 })
      .toHaveLength(1);
    const { rows } = await node.database.query('SELECT error_message, stack_trace FROM ocr_error_logs');
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${PAN}|DEPARTMENT|6789`));
  });
});

test('an error that names a number is stored without it', async () => {
  const options = { type: 'document', confidence_threshold: 0.8, extract_barcodes: true, language: 'en' } as const;
  const cause = new TypeError(`cannot read ${PAN}\nof ${AADHAAR}`);
  const failure = {
    error: new OcrError('INTERNAL', { message: `no ${PAN}`, cause }),
    bytes: card,
    options,
    principal: node.principal,
    requestId: 'request-2',
  };
  await saveFailure(node.database, failure);
  const { rows } = await node.database.query(
    `SELECT error_message, stack_trace, (SELECT string_agg(payload::text, '') FROM outbox WHERE topic = 'ocr.failed') AS events
     FROM ocr_error_logs WHERE request_id = 'request-2'`,
  );
  expect(rows).toHaveLength(1);
  const kept = JSON.stringify(rows);
  expect(kept).toContain('TypeError: cannot read ');
  expect(kept).not.toContain(PAN);
  expect(kept).not.toContain(AADHAAR);
});
