import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenPage } from '../../../test/fixtures/written.ts';
import { storedJob } from '../jobs/queue.fixture.ts';
import { newJobId } from '../persist/job-id.ts';
import { type LoggedNode, REQUEST_ID, SECRET, startLoggedNode, TRACE_ID, TRACEPARENT } from './logged-node.fixture.ts';

const WORD = 'PERIWINKLE';

let node: LoggedNode;
let page: Buffer;
beforeAll(async () => {
  page = await writtenPage([`${WORD} STORES`, 'TOTAL 12.50']);
  node = await startLoggedNode();
});
afterAll(() => node?.stop());

describe('the lines of a request', () => {
  test('name request, trace, shop and job, whether it succeeds or fails', async () => {
    const jobId = newJobId();
    expect((await node.send('POST', '/api/v1/ocr/process?type=receipt', { payload: page, jobId })).statusCode).toBe(
      200,
    );
    const broken = await node.send('POST', '/api/v1/ocr/process?type=receipt', { payload: Buffer.from('none'), jobId });
    expect(broken.statusCode).toBeGreaterThanOrEqual(400);
    expect(node.entries().length).toBeGreaterThanOrEqual(3);
    for (const entry of node.entries()) {
      expect(entry).toMatchObject({
        reqId: REQUEST_ID,
        trace_id: TRACE_ID,
        shop_id: node.principal.shopId,
        job_id: jobId,
      });
    }
    expect(node.entries()[0]).toMatchObject({ msg: 'request answered', route: '/api/v1/ocr/process', status: 200 });
  });

  test('are one for a request that went well, and at debug for a probe', async () => {
    node.lines.splice(0);
    await node.get('/live');
    await node.send('GET', '/api/v1/ocr/results');
    expect(node.entries().map(({ level, route }) => [level, route])).toEqual([
      [20, '/live'],
      [30, '/api/v1/ocr/results'],
    ]);
  });
});

test('the line of a job names it, its shop, the request that it came from and the trace', async () => {
  node.lines.splice(0);
  await node.queue.start();
  const job = await storedJob(node.images, { principal: node.principal, traceparent: TRACEPARENT });
  const { job_id } = await node.queue.accept(job);
  await expect.poll(() => node.entries().map(({ msg }) => msg), { timeout: 10_000 }).toContain('a job is completed');
  const line = node.entries().find(({ msg }) => msg === 'a job is completed');
  expect(line).toMatchObject({
    job_id,
    shop_id: node.principal.shopId,
    request_id: 'request-of-a-job',
    trace_id: TRACE_ID,
    try: 1,
  });
});

test('no line has a token, a word of an image, its bytes, or a search', async () => {
  const forged = `${node.tokens[0]!.slice(0, -8)}forgedxx`;
  expect((await node.send('GET', '/api/v1/ocr/results', { token: forged })).statusCode).toBe(401);
  const found = await node.send('GET', `/api/v1/ocr/results?query=${WORD}`);
  expect(found.json().data.results).toHaveLength(1);
  await node.send('GET', `/api/v1/ocr/results/${WORD}?token=${forged}`);
  await node.database.query('ALTER TABLE ocr_processing_jobs ADD CONSTRAINT nothing CHECK (sha256 IS NULL) NOT VALID');
  const failed = await node.send('POST', '/api/v1/ocr/process?type=receipt&confidence_threshold=0.7', {
    payload: page,
  });
  expect(failed.statusCode).toBe(500);
  const logged = node.lines.join('');
  expect(logged).toContain('23514');
  for (const token of node.tokens) {
    for (const part of token.split('.').slice(1)) expect(logged).not.toContain(part);
  }
  expect(logged).not.toContain(SECRET);
  expect(logged).not.toMatch(/STORES|12\.50/);
  expect(logged).not.toContain(page.subarray(100, 160).toString('base64'));
  // A word in the path is the client's own writing; it is masked only where it is a number. What is read never gets there.
  expect(logged.replaceAll(`/api/v1/ocr/results/${WORD}`, '')).not.toContain(WORD);
});
