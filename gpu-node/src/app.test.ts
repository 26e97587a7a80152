import { expect, test } from 'vitest';
import { createApp, type NodeDependencies } from './app.ts';
import { parseConfig } from './config.ts';
import { createLogger } from './log/create-logger.ts';
import { createMetrics } from './metrics.ts';

/** An app of which only what comes before its routes is asked. */
function appLoggingTo(lines: string[]) {
  const config = parseConfig({ INTERNAL_SECRET: 'a-secret-of-more-than-thirty-two-bytes' });
  const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
  const engine = { modelVersion: 'test-1' };
  return createApp({ config, engine, metrics: createMetrics() } as NodeDependencies, logger);
}

test('every line about a request names it and its trace', async () => {
  const lines: string[] = [];
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { 'x-request-id': 'request-from-the-edge', traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const reply = await appLoggingTo(lines).inject({ url: '/nothing-here', headers });
  expect(reply.headers['x-request-id']).toBe('request-from-the-edge');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) expect(entry).toMatchObject({ reqId: 'request-from-the-edge', trace_id: traceId });
});

test('a trace or request id that is none is not logged', async () => {
  const lines: string[] = [];
  const headers = { 'x-request-id': 'has space and "quotes"', traceparent: '"}{"evil":1' };
  await appLoggingTo(lines).inject({ url: '/nothing-here', headers });
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join()).not.toMatch(/evil|quotes|trace_id/);
});
