import { nodeStateSchema } from '@edge-ocr/shared/contract/operations';
import { OcrError } from '@edge-ocr/shared/errors';
import { buildOpenApiDocument } from '@edge-ocr/shared/openapi';
import { parseJson } from '@edge-ocr/shared/parse-json';
import { VERSION } from '@edge-ocr/shared/version';
import type { Hono } from 'hono';
import { allow, authenticate } from '../auth/authenticate.ts';
import type { Config } from '../config.ts';
import { countersOf } from '../counters.ts';
import type { AppEnv } from '../env.ts';
import { limit } from '../limits/limit.ts';
import { callNode, type NodeReply } from '../nodes/call-node.ts';
import { describePool } from '../nodes/describe-pool.ts';
import { forwardGet } from '../nodes/forward.ts';
import { dataOf } from '../nodes/read-reply.ts';
import { answerData } from './answer-data.ts';
import { vouchingOf } from './vouching.ts';

const PROBE_TIMEOUT_MS = 5000;
let openApiDocument: string | undefined;

/** How the service is, and what it offers. */
export function addOperationRoutes(app: Hono<AppEnv>): void {
  app.get('/openapi.json', () => {
    openApiDocument ??= JSON.stringify(buildOpenApiDocument(VERSION));
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' };
    return new Response(openApiDocument, { headers });
  });

  app.get('/api/v1/health', async (c) => {
    const reply = await probe('/api/v1/health', c.get('config'));
    return answerData(dataOf(reply));
  });

  app.get('/ready', async (c) => {
    const reply = await probe('/ready', c.get('config'));
    const ready = parseJson(reply.text);
    if (!isReadiness(ready)) return answerData(dataOf(reply));
    if (!ready.ready) throw new OcrError('OVERLOADED', { message: 'No OCR node is ready', retryAfterSeconds: 5 });
    return Response.json(ready, { headers: { 'Cache-Control': 'no-store' } });
  });

  app.get('/api/v1/metrics', authenticate, allow('admin'), limit({ quota: false }), async (c) => {
    const ofNode = dataOf(await forwardGet('/api/v1/metrics', vouchingOf(c)));
    const answered = nodeStateSchema.safeParse(ofNode.node).data;
    return answerData({ ...ofNode, edge: countersOf(), nodes: await describePool(c.get('config'), answered) });
  });
}

async function probe(target: string, config: Config): Promise<NodeReply> {
  const deadline = Date.now() + PROBE_TIMEOUT_MS;
  try {
    return await callNode(config, { method: 'GET', target, headers: {}, deadline, idempotent: true });
  } catch (error) {
    // To a prober a node that does not answer is as good as none.
    throw new OcrError('NETWORK_ERROR', { cause: error });
  }
}

function isReadiness(value: unknown): value is { ready: boolean } {
  return typeof value === 'object' && value !== null && 'ready' in value && typeof value.ready === 'boolean';
}
