import { Gauge, type Registry } from 'prom-client';
import { recentAnswer } from '../recent-answer.ts';
import { askNvidiaSmi, type GpuState, NoNvidiaSmiError } from './nvidia-smi.ts';

/** A scrape does not wait longer for it. */
const TIMEOUT_MS = 2000;

export interface GpuMetricsOptions {
  /** How old figures may be; 0: the GPU is never asked. */
  readonly maxAgeSeconds: number;
  readonly ask?: (timeoutMs: number) => Promise<GpuState[]>;
}

/** Gauges of the host's GPUs, asked at a scrape; empty where there is no nvidia-smi, which is found out once. */
export function showGpus(registry: Registry, { maxAgeSeconds, ask = askNvidiaSmi }: GpuMetricsOptions): void {
  let exists = maxAgeSeconds > 0;
  const read = recentAnswer(
    async () => {
      if (!exists) return [];
      try {
        return await ask(TIMEOUT_MS);
      } catch (error) {
        if (error instanceof NoNvidiaSmiError) exists = false;
        throw error;
      }
    },
    { maxAgeMs: maxAgeSeconds * 1000, timeoutMs: TIMEOUT_MS },
  );
  const gauge = (name: string, help: string, figureOf: (gpu: GpuState) => number | null) =>
    new Gauge({
      ...{ name, help },
      labelNames: ['gpu', 'name'],
      registers: [registry],
      async collect() {
        const gpus = exists ? await read() : null;
        this.reset();
        for (const gpu of gpus ?? []) {
          const value = figureOf(gpu);
          if (value !== null) this.set({ gpu: gpu.index, name: gpu.name }, value);
        }
      },
    });
  gauge('ocr_gpu_memory_used_bytes', 'Memory of the GPU in use, by whomever', (gpu) => gpu.memoryUsedBytes);
  gauge('ocr_gpu_memory_total_bytes', 'Memory of the GPU', (gpu) => gpu.memoryTotalBytes);
  gauge('ocr_gpu_utilisation_ratio', 'Share of the last moments in which the GPU worked', (gpu) => gpu.utilisation);
}
