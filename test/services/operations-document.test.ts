/** docs/operations.md as a stranger follows it: every block of commands, in order, in one shell; only variables are set before. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ErasureReport } from '@edge-ocr/gpu-node/shops/erasures';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from '../end-to-end/command.ts';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';
import { serviceUrl } from './service-url.ts';

interface Block {
  readonly line: number;
  /** After the language; where its commands can be run. */
  readonly kind: string;
  readonly commands: string;
}

/** root: by root, as tests of services are. */
const RUN = ['', 'root'];
/** What is not run here, by kind, and all of it: a new one has to be put here, and so be seen. */
const NOT_RUN: Readonly<Record<string, readonly string[]>> = {
  cloudflare: [
    'npx wrangler r2 bucket create edge-ocr-images',
    'npx wrangler secret put JWT_SECRET --config edge/wrangler.jsonc',
    'npx wrangler secret put INTERNAL_SECRET --config edge/wrangler.jsonc',
    'npx wrangler deploy --config edge/wrangler.jsonc        # add --dry-run to look first',
    'npx wrangler r2 bucket lifecycle add edge-ocr-images originals-90-days shop/ --expire-days 90',
    'npx wrangler r2 bucket lifecycle list edge-ocr-images',
  ],
  hub: [
    'npm run models -- fetch trocr-small-printed     # to DATA_DIR/models/trocr-small-printed',
    'npm run models -- verify trocr-small-printed    # are the files what was fetched?',
  ],
  gpu: [
    "npm run gpu:install                       # fetches CUDA's part of ONNX Runtime (some hundred MB), says what else is missing",
    'npm run gpu:install -- --check            # only says it; exit status 1 if CUDA cannot be used yet',
    'npm run gpu:install -- --from DIR         # offline: copies the three libraries from a folder',
    'EXECUTION_PROVIDER=cuda … node gpu-node/src/main.ts',
  ],
};
/** Commands within the text that no block runs, and what does. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm start': 'test/end-to-end/start.test.ts',
  'npm run gpu:install -- --check': 'gpu-node/src/gpu/gpu-install.test.ts',
  // Which every command of npm runs first in a fresh clone.
  'npm ci': '.ci/run',
};
/** Nothing here has these: Kafka's own tools are in none of the jars, and a deployment needs an account. */
const NOWHERE = ['kafka-consumer-groups.sh --describe', 'wrangler deploy --dry-run'];

const TIMEOUT_MS = 400_000;
const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const kafkaJars = serviceUrl('TEST_KAFKA_JARS', 'a folder, see test/services/kafka/pom.xml');

let document: string;
let blocks: Block[];
beforeAll(async () => {
  document = await readFile(join(ROOT, 'docs', 'operations.md'), 'utf8');
  blocks = [...document.matchAll(/^```(?:sh|bash|shell|console)\b *(\S*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: document.slice(0, match.index).split('\n').length,
    kind: match[1]!,
    commands: match[2]!,
  }));
});

describe('docs/operations.md', () => {
  it('marks the commands that are not run here, and these are all', () => {
    const notRun = blocks.filter(({ kind }) => !RUN.includes(kind));
    const byKind = Object.groupBy(notRun, ({ kind }) => kind);
    const listed = Object.entries(byKind).map(([kind, of]) => [
      kind,
      of!.flatMap(({ commands }) => commands.trimEnd().split('\n')),
    ]);
    expect(Object.fromEntries(listed)).toEqual(NOT_RUN);
  });

  it('names no command within its text that no block runs', () => {
    const run = blocks.filter(({ kind }) => RUN.includes(kind)).map(({ commands }) => commands.replaceAll(' -s ', ' '));
    const inline = [
      ...document.matchAll(
        /`((?:npm|npx|node|curl|psql|pg_\w+|java|mvn|wrangler|kafka-[\w-]+\.sh|docker|kubectl)(?: [^`]+)?)`/g,
      ),
    ]
      .map(([, command]) => command!)
      .filter((command) => command.includes(' ') && !NOWHERE.includes(command));
    expect(inline.length).toBeGreaterThan(10);
    const missing: string[] = [];
    for (const command of inline) {
      // Up to the first placeholder.
      const stem = command.split(/ (?=[A-Z]{2,})/)[0]!;
      const place = ELSEWHERE[command];
      if (place) expect(existsSync(join(ROOT, place)), place).toBe(true);
      else if (!run.join('\n').includes(stem)) missing.push(command);
    }
    expect(missing).toEqual([]);
  });
});

describe.skipIf(!databaseUrl || !kafkaJars || process.getuid?.() !== 0)('a stranger who follows it', () => {
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    // PostgreSQL's own account reads its settings there.
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'postgresql'));
    const ports = [
      'OCR_PG',
      'OCR_REDIS',
      'REDIS_REST',
      'OCR_KAFKA',
      'OCR_KAFKA_CONTROLLER',
      'NODE',
      'EDGE',
      'OCR_PROMETHEUS',
    ];
    const free: [string, string][] = [];
    for (const name of ports) free.push([`${name}_PORT`, String(await freePort())]);
    environment = {
      ...Object.fromEntries(free),
      OCR_HOME: join(folder, 'home'),
      OCR_PG_CLUSTER: `edge_ocr_test_${process.pid}`,
      PG_CLUSTER_CONF_ROOT: join(folder, 'postgresql'),
      DEBIAN_FRONTEND: 'noninteractive',
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    };
  });

  afterAll(async () => {
    // What the last commands of the document would have ended, had it come so far.
    const pid = await readFile(join(folder, 'home', 'redis.pid'), 'utf8').catch(() => null);
    if (pid) process.kill(Number(pid), 'SIGKILL');
    const clusters = join(folder, 'postgresql');
    const drop = `for v in $(ls "$1"); do pg_dropcluster --stop "$v" "$2" || true; done`;
    const args = ['-c', drop, 'sh', clusters, environment.OCR_PG_CLUSTER!];
    await promisify(execFile)('sh', args, { env: { ...process.env, ...environment } });
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'has a node that reads, with PostgreSQL, Redis and Kafka, and operates it',
    async () => {
      const followed = blocks.filter(({ kind }) => RUN.includes(kind));
      const script = followed.map(({ line, commands }) => `echo "== line ${line}"\n${commands}`).join('\n');
      const file = join(folder, 'commands.sh');
      await writeFile(file, `set -euo pipefail\n${script}echo "== end"\n`);
      const command = startCommand([file], environment, 'bash', TIMEOUT_MS);
      const { code, stdout, stderr } = await command.finished.finally(() => endGroup(command.pid));
      const log = await readFile(join(folder, 'home', 'node.log'), 'utf8').catch(() => '');
      expect(code, `${stdout}\n${stderr}\n${log.slice(-3000)}`).toBe(0);
      expect(stdout).toMatch(/== end\n$/);

      expect(stdout).toContain('HARBOUR LANE GROCERS');
      expect(stdout).toMatch(/^ocr_events_published_total [1-9]/m);
      expect(stdout).toMatch(/^first +http:\/\/127\.0\.0\.1:\d+ +up/m);
      const proof = await readFile(join(folder, 'home', 'erasure.json'), 'utf8');
      const { report } = JSON.parse(proof) as { report: ErasureReport };
      expect(report.counts['table ocr_processing_jobs']).toEqual({ before: 1, deleted: 1, after: 0 });
      expect(Object.values(report.counts).every(({ after }) => after === 0)).toBe(true);
      expect(stdout).toMatch(/\|root, ticket 42\|shop\.erase$/m);
      // Errors of pino, and what is worse.
      expect(log.split('\n').filter((entry) => /"level":[56]0/.test(entry))).toEqual([]);
    },
    TIMEOUT_MS + 30_000,
  );
});

/** What the commands left running in the background, had they not come to their end. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Everything has ended, as it should.
  }
}
