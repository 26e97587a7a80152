import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp, type NodeDependencies } from '@edge-ocr/gpu-node/app';
import { parseConfig } from '@edge-ocr/gpu-node/config';
import { EngineCounts } from '@edge-ocr/gpu-node/engines/engine-meter';
import { createKafkaMetrics } from '@edge-ocr/gpu-node/kafka/kafka-metrics';
import { createLogger } from '@edge-ocr/gpu-node/log/create-logger';
import { createMetrics } from '@edge-ocr/gpu-node/metrics';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Selector, selectorsOf } from './promql.ts';

const MONITORING = join(ROOT, 'infra/monitoring');
const read = (path: string) => readFileSync(join(MONITORING, path), 'utf8');
const alertsFile = read('rules/alerts.yml');
const recordingFile = read('rules/recording.yml');
const tests = readdirSync(join(MONITORING, 'tests')).map((file) => read(join('tests', file)));
const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

/** Names of all metrics that a node with Kafka and a GPU has, with their labels. */
const metrics = new Map<string, readonly string[]>();
beforeAll(async () => {
  const config = parseConfig({ INTERNAL_SECRET: 'a-secret-of-more-than-thirty-two-bytes' });
  const created = createMetrics();
  const engine = { modelVersion: 'test-1' };
  const app = createApp({ config, engine, metrics: created } as NodeDependencies, createLogger('silent'));
  await app.ready();
  new EngineCounts().expose(created.registry, []);
  createKafkaMetrics(created.registry, () => Promise.reject(new Error('there is none')));
  for (const metric of created.registry.getMetricsAsArray()) {
    const { labelNames = [], type } = metric as unknown as { labelNames?: string[]; type: string };
    metrics.set(metric.name, labelNames);
    if (type !== 'histogram') continue;
    for (const end of ['_bucket', '_sum', '_count']) metrics.set(metric.name + end, [...labelNames, 'le']);
  }
  await app.close();
});

/** `expr:` of a rule, in one line or in a block that is indented further. */
function expressionsOf(rules: string): string[] {
  const found = [...rules.matchAll(/^( +)expr: (?:\|\n((?:\1 {2}.*\n)+)|(.*)\n)/gm)];
  return found.map(([, , block, line]) => block ?? line!);
}
const recorded = [...recordingFile.matchAll(/record: (\S+)/g)].map(([, name]) => name!);
const ruleSelectors = [recordingFile, alertsFile].flatMap(expressionsOf).flatMap(selectorsOf);

/** What Prometheus adds to whatever it scrapes. */
const OF_PROMETHEUS = new Map([['up', []]]);

function expectKnown({ name, labels }: Selector): void {
  if (recorded.includes(name)) return;
  const known = metrics.get(name) ?? OF_PROMETHEUS.get(name);
  expect(known, `${name} is no metric of a node, nor recorded`).toBeDefined();
  for (const label of labels) expect([...known!, 'job', 'instance'], `${name}{${label}}`).toContain(label);
}

describe('the rules of Prometheus', () => {
  it('ask for what a node has', () => {
    expect(expressionsOf(recordingFile)).toHaveLength(recorded.length);
    expect(ruleSelectors.length).toBeGreaterThan(20);
    for (const selector of ruleSelectors) expectKnown(selector);
  });

  const alerts = alertsFile.split(/^ +- alert: /m).slice(1);
  const nameOf = (alert: string) => /^\w+/.exec(alert)![0];

  it('have one expression an alert', () => {
    expect(expressionsOf(alertsFile)).toHaveLength(alerts.length);
    expect(new Set(alerts.map(nameOf)).size).toBe(alerts.length);
  });

  it.each(alerts.map((alert) => [nameOf(alert), alert]))(
    '%s says how bad, for how long, and what to do',
    (name, alert) => {
      expect(alert).toMatch(/^ +for: \d+m$/m);
      expect(alert).toMatch(/severity: (critical|warning) \}/);
      for (const annotation of ['summary', 'description'])
        expect(alert).toMatch(new RegExp(`^ +${annotation}: .+`, 'm'));
      expect(alert).toContain(`runbook_url: docs/operations.md#${name.toLowerCase()}\n`);
      expect(operations).toMatch(new RegExp(`^### ${name}$`, 'm'));
    },
  );

  it.each(alerts.map(nameOf))('%s is tested to fire, and to stay quiet', (name) => {
    const all = tests.join('\n');
    expect(all).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels:`));
    expect(all).toMatch(new RegExp(`alertname: ${name}, exp_alerts: \\[\\]`));
  });

  it('have no runbook without an alert', () => {
    const runbooks = [...operations.matchAll(/^### (Ocr\w+)$/gm)].map(([, name]) => name);
    expect(runbooks.sort()).toEqual(alerts.map(nameOf).sort());
  });
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

describe('the dashboard', () => {
  const { panels, templating } = JSON.parse(read('grafana/dashboard.json')) as {
    panels: Panel[];
    templating: { list: { name: string; definition?: string }[] };
  };

  it('asks for what a node has, by the names of its variables', () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(30);
    for (const expression of expressions) for (const selector of selectorsOf(expression)) expectKnown(selector);
    const used = new Set(expressions.join('\n').match(/\$\w+/g));
    const defined = templating.list.map(({ name }) => `$${name}`);
    for (const variable of used) expect(defined).toContain(variable);
    for (const { definition } of templating.list) {
      if (definition) expectKnown({ name: /\((\w+)/.exec(definition)![1]!, labels: [] });
    }
  });

  it('has panels of their own ids and places', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const [index, a] of panels.entries()) {
      for (const b of panels.slice(index + 1))
        expect(overlap(a.gridPos, b.gridPos), `${a.title}, ${b.title}`).toBe(false);
    }
  });

  it('shows every metric of our own', () => {
    const all = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => selectorsOf(expr)));
    const shown = [...all, ...ruleSelectors].map(({ name }) => name.replace(/_(bucket|sum|count)$/, ''));
    const own = [...metrics.keys()].filter((name) => /^ocr_/.test(name) && !/_(bucket|sum|count)$/.test(name));
    expect(own.filter((name) => !shown.includes(name))).toEqual([]);
  });
});

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe('the table of metrics in docs/operations.md', () => {
  const [, section = ''] = operations.split(/^### All metrics$/m);
  const rows = section.split(/^##/m)[0]!.matchAll(/^\| `(\w+)(?:\{([\w,]+)\})?`/gm);
  const documented = new Map([...rows].map(([, name, labels]) => [name!, labels?.split(',') ?? []]));

  it('has every metric of a node’s own, with its labels, and no other', () => {
    const own = [...metrics].filter(([name]) => /^ocr_/.test(name) && !/_(bucket|sum|count)$/.test(name));
    expect([...documented.keys()].filter((name) => /^ocr_/.test(name)).sort()).toEqual(
      own.map(([name]) => name).sort(),
    );
    for (const [name, labels] of own)
      expect([name, [...documented.get(name)!].sort()]).toEqual([name, [...labels].sort()]);
    for (const name of documented.keys()) expect(metrics.has(name), name).toBe(true);
  });

  it('names are as Prometheus wants them: counters end in _total, times in seconds, sizes in bytes', () => {
    for (const name of metrics.keys()) {
      if (/^ocr_/.test(name)) expect(name).not.toMatch(/_(ms|milliseconds|mb|percent|kilobytes)(_|$)/);
    }
  });
});
