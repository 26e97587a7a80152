import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEngineConfig } from '../config.ts';
import { loadEngine } from '../inference/engine.ts';

const FIXTURE = join(import.meta.dirname, '..', 'trocr', 'fixture', 'tiny-trocr');
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'edge-ocr-engines-'));
  await cp(FIXTURE, join(dataDir, 'models', 'tiny'), { recursive: true });
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const load = (variables: Record<string, string>) => loadEngine(parseEngineConfig({ DATA_DIR: dataDir, ...variables }));

test('TrOCR reads first where it is configured, and is part of the model version', async () => {
  const versions: string[] = [];
  for (const tokens of ['8', '16']) {
    const engine = await load({ ENGINES: 'trocr,paddle', TROCR_MODEL: 'tiny', TROCR_MAX_TOKENS: tokens });
    expect(engine.lines.guarded.map((guarded) => guarded.engine.name)).toEqual(['trocr', 'paddle']);
    expect(engine.modelNames).toContain('tiny');
    versions.push(engine.modelVersion);
    await engine.close();
  }
  expect(new Set(versions).size).toBe(2);
});

test('a CPU reads with its own engines, whatever was fetched', async () => {
  const engine = await load({ TROCR_MODEL: 'tiny', EXECUTION_PROVIDER: 'cpu' });
  expect(engine.lines.guarded.map((guarded) => guarded.engine.name)).toEqual(['paddle', 'tesseract', 'tesseract']);
  await engine.close();
});

test('an engine whose model is not there stops the start, and says what to do', async () => {
  await expect(load({ ENGINES: 'trocr', TROCR_MODEL: 'nowhere' })).rejects.toThrow(/nowhere/);
});
