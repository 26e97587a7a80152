import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { expect, test } from 'vitest';
import { parseGpus } from './gpu-figures.ts';
import { type LoadImage, runLoad } from './load.ts';
import { loadFigures } from './load-figures.ts';

const images: LoadImage[] = [
  { kind: 'receipt', bytes: Uint8Array.of(1) },
  { kind: 'product', bytes: Uint8Array.of(2) },
];

test('a closed loop keeps its clients busy, and counts refusals by their code', async () => {
  let inFlight = 0;
  let most = 0;
  let reads = 0;
  const read = async () => {
    most = Math.max(most, ++inFlight);
    await new Promise((resolve) => setTimeout(resolve, 2));
    inFlight--;
    if (++reads === 3) throw new OcrError('OVERLOADED');
    return { timings: { detect: 4, recognise: 6 } } as unknown as OcrResult;
  };
  const run = await runLoad(read, images, { seconds: 0.1, clients: 3 });
  expect(most).toBe(3);
  expect(run.failures).toEqual({ OVERLOADED: 1 });
  expect(run.answers).toHaveLength(reads - 1);
  const figures = loadFigures(run);
  expect(figures.latencies.map(({ kind }) => kind)).toEqual(['receipt', 'product']);
  expect(figures.stages).toEqual([
    { stage: 'detect', images: reads - 1, mean_ms: 4, p50_ms: 4, p95_ms: 4, p99_ms: 4 },
    { stage: 'recognise', images: reads - 1, mean_ms: 6, p50_ms: 6, p95_ms: 6, p99_ms: 6 },
  ]);
});

test('what is no answer of the API ends the run', async () => {
  const broken = () => Promise.reject(new Error('worker died'));
  await expect(runLoad(broken, images, { seconds: 1, clients: 1 })).rejects.toThrow('worker died');
});

test('nvidia-smi’s table', () => {
  expect(parseGpus('NVIDIA L4, 23034, 1410, 570.86.15\n')).toEqual([
    { name: 'NVIDIA L4', memory_total_mib: 23034, memory_used_mib: 1410, driver: '570.86.15' },
  ]);
  expect(parseGpus('')).toEqual([]);
});
