import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, get, jpeg, postImage, SHOP, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';
import { sampleTrace } from './sample-trace.ts';

const COLLECTOR = 'http://collector.test';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let node: StandInNode;
let posted: { url: string; headers: Headers; body: ExportRequest }[];
let lines: string[];
let collect: () => Response;
beforeEach(() => {
  vi.restoreAllMocks();
  lines = captureLog();
  node = new StandInNode();
  posted = [];
  collect = () => new Response('{}');
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(COLLECTOR)) return await node.handle(request);
    posted.push({ url: request.url, headers: request.headers, body: await request.json() });
    return collect();
  });
});

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: Span[] }[];
  }[];
}
interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: string };
}
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code?: number };
}

const spans = () => posted.flatMap(({ body }) => body.resourceSpans.flatMap((of) => of.scopeSpans[0]!.spans));
const attributesOf = (span: Span | undefined) =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `${COLLECTOR}/`, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b' };

describe('the span of a request', () => {
  it('continues the client’s trace, and the node’s request continues it', async () => {
    const before = Date.now();
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    await send(await postImage({ headers }), { vars: { ...traced, NODE_URLS: node.url } });
    expect(posted.map(({ url }) => url)).toEqual([`${COLLECTOR}/v1/traces`]);
    expect(posted[0]!.headers.get('x-key')).toBe('a b');
    const [span] = spans();
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: '00f067aa0ba902b7', name: 'POST /api/v1/ocr/process' });
    expect(node.received[0]!.headers.get('traceparent')).toBe(`00-${TRACE}-${span!.spanId}-01`);
    expect(Number(BigInt(span!.startTimeUnixNano) / 1_000_000n)).toBeGreaterThanOrEqual(before - 1);
    expect(BigInt(span!.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span!.startTimeUnixNano));
    expect(attributesOf(span)).toMatchObject({ 'http.response.status_code': '200', 'ocr.cache': 'miss' });
    expect(attributesOf({ ...span!, attributes: posted[0]!.body.resourceSpans[0]!.resource.attributes })).toMatchObject(
      {
        'service.name': 'edge-ocr-edge',
      },
    );
  });

  it('is not sent where the caller or the ratio says so, nor without an endpoint', async () => {
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-00` };
    await send(get('/api/v1/health', undefined, headers), { node, vars: traced });
    await send(get('/api/v1/health'), { node, vars: { ...traced, OTEL_TRACES_SAMPLER_ARG: '0' } });
    await send(await postImage(), { node, vars: { ...traced, OTEL_TRACES_SAMPLER_ARG: '0' } });
    await send(get('/api/v1/health'), { node });
    expect(posted).toEqual([]);
    expect(node.received.map(({ headers: sent }) => sent.get('traceparent'))).toEqual([expect.stringMatching(/-00$/)]);
  });

  it('tells of a failure by its code, and a collector that fails is nobody’s failure', async () => {
    collect = () => new Response('', { status: 500 });
    const response = await send(get('/api/v1/ocr/results/secret-search'), { node, vars: traced });
    expect(response.status).toBe(401);
    expect(attributesOf(spans()[0])).toMatchObject({
      'error.type': 'UNAUTHORIZED',
      'http.route': '/api/v1/ocr/results/:id',
    });
    expect(JSON.stringify(posted)).not.toContain('secret-search');
    expect(lines.join()).toContain('span_not_sent');
  });

  it('of a trace that begins here is recorded in the share that is set', () => {
    const begun = Array.from(
      { length: 400 },
      () => `00-${crypto.randomUUID().replaceAll('-', '')}-00f067aa0ba902b7-01`,
    );
    const recorded = begun.filter((traceparent) => sampleTrace(traceparent, 0.25).endsWith('-01')).length;
    expect(recorded).toBeGreaterThan(50);
    expect(recorded).toBeLessThan(150);
    expect(sampleTrace(begun[0]!, 1)).toBe(begun[0]);
  });
});

describe('the data point of a request', () => {
  const points: AnalyticsEngineDataPoint[] = [];
  const ANALYTICS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
  beforeEach(() => void points.splice(0));

  it('has route, method, code, cache, status and time, and nothing of who asked', async () => {
    const user = crypto.randomUUID();
    const token = await accessToken({ shop: SHOP, user });
    const image = jpeg();
    const vars = { ANALYTICS, NODE_URLS: node.url };
    await send(await postImage({ image, token }), { vars });
    await send(await postImage({ image, token }), { vars });
    await send(get(`/api/v1/ocr/results?query=${user}`), { vars });
    await send(get(`/nowhere/${user}`), { vars });
    expect(points.map(({ blobs }) => blobs)).toEqual([
      ['/api/v1/ocr/process', 'POST', '', 'miss'],
      ['/api/v1/ocr/process', 'POST', '', expect.stringMatching(/^(isolate|near)$/)],
      ['/api/v1/ocr/results', 'GET', 'UNAUTHORIZED', ''],
      expect.arrayContaining(['unmatched', 'GET']),
    ]);
    expect(points.map(({ doubles }) => doubles![0])).toEqual([200, 200, 401, expect.any(Number)]);
    expect(points[0]!.doubles![1]).toBeGreaterThanOrEqual(0);
    for (const secret of [user, SHOP, token]) expect(JSON.stringify(points)).not.toContain(secret);
  });

  it('that cannot be written is no failure', async () => {
    const broken = {
      writeDataPoint() {
        throw new Error('too many');
      },
    };
    expect((await send(get('/openapi.json'), { node, vars: { ANALYTICS: broken } })).status).toBe(200);
    expect(lines.join()).toContain('data_point_not_written');
  });
});
