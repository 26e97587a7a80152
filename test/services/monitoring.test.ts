import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { type FiringAlert, MONITORING, type RunningPrometheus, startPrometheus } from './prometheus.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const bin = serviceUrl('TEST_PROMETHEUS', 'the folder of prometheus and promtool, /usr/bin of Debian’s package');
const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const PATIENCE = { timeout: 60_000, interval: 250 };

describe.skipIf(!bin)('promtool', () => {
  const promtool = async (...args: string[]) => await promisify(execFile)(join(bin!, 'promtool'), args);
  const files = (folder: string) => readdirSync(join(MONITORING, folder)).map((file) => join(MONITORING, folder, file));

  it('finds configuration and rules right', async () => {
    const { stdout } = await promtool('check', 'config', join(MONITORING, 'prometheus.yml'));
    expect(stdout).toContain('is valid prometheus config file syntax');
    expect(stdout).toContain('2 rule files found');
  });

  it('finds that each alert fires for its condition and is quiet otherwise', async () => {
    const { stdout } = await promtool('test', 'rules', ...files('tests'));
    expect(stdout.match(/SUCCESS/g)).toHaveLength(files('tests').length);
  });
});

describe.skipIf(!bin || !serverUrl)('Prometheus beside a pool of two nodes', () => {
  const secret = randomBytes(32).toString('base64url');
  let nodes: [NodeProcess, NodeProcess];
  let prometheus: RunningPrometheus;
  let alertmanager: Server;
  let scratch: ScratchDatabase;
  const told: FiringAlert[] = [];

  beforeAll(async () => {
    // What Alertmanager is told, at the address of its API.
    alertmanager = createServer(async (request, response) => {
      if (request.url === '/api/v2/alerts') told.push(...((await json(request)) as FiringAlert[]));
      response.end();
    });
    alertmanager.listen(0, '127.0.0.1');
    await once(alertmanager, 'listening');
    scratch = await createScratchDatabase(serverUrl!);
    const start = (id: string) => startNodeProcess(id, { INTERNAL_SECRET: secret, DATABASE_URL: scratch.url });
    nodes = [await start('a'), await start('b')];
    prometheus = await startPrometheus({
      bin: bin!,
      targets: nodes.map(({ url }) => new URL(url).host),
      alertmanager: `127.0.0.1:${(alertmanager.address() as AddressInfo).port}`,
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all((nodes ?? []).map((node) => node.end('SIGKILL')));
    alertmanager?.closeAllConnections();
    alertmanager?.close();
    await scratch?.drop();
  });

  it('scrapes both, and knows what the rules and the dashboard ask for', async () => {
    await expect.poll(() => prometheus.query('up{job="edge-ocr-node"} == 1'), PATIENCE).toHaveLength(2);
    const [info] = await prometheus.query('ocr_node_info');
    expect(info).toMatchObject({ value: 1, labels: { model_version: expect.stringMatching(/./) } });
    for (const expression of [
      'ocr_queue_oldest_seconds == 0',
      'ocr_dead_letters{queue="jobs"} == 0',
      'ocr_errors_total{code="INTERNAL"} == 0',
      'nodejs_eventloop_lag_p99_seconds > 0',
      'process_resident_memory_bytes > 1e6',
    ]) {
      expect(await prometheus.query(expression), expression).toHaveLength(2);
    }
    // A scrape does not tell of itself.
    const scrapes = 'ocr_http_request_seconds_count{route="/metrics", status="2xx"} > 0';
    await expect.poll(() => prometheus.query(scrapes), PATIENCE).toHaveLength(2);
    await expect.poll(() => prometheus.query('job:ocr_dead_callbacks:max'), PATIENCE).toHaveLength(1);
  });

  it('has nothing to tell while both are well', async () => {
    // More than every `for` of an alert about nodes, as it is quickened here.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    expect(firing).toEqual([]);
    expect(told).toEqual([]);
  });

  it('tells Alertmanager when one of them is lost, and of that alone', async () => {
    const [lost] = nodes;
    await lost.end('SIGKILL');
    await expect.poll(() => told.length, PATIENCE).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({
      labels: { alertname: 'OcrNodeDown', instance: new URL(lost.url).host, severity: 'critical' },
      annotations: {
        summary: `Node ${new URL(lost.url).host} does not answer`,
        runbook_url: 'docs/operations.md#ocrnodedown',
      },
    });
    const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    expect(firing.map(({ labels }) => labels.alertname)).toEqual(['OcrNodeDown']);
  });
});
