import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { showGpus } from './gpu-metrics.ts';
import { askNvidiaSmi, type GpuState, NoNvidiaSmiError } from './nvidia-smi.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-ocr-gpu-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In the place of NVIDIA's, which is where its driver is. */
async function command(name: string, script: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const TWO = '0, NVIDIA H200, 1024, 143771, 37\n1, NVIDIA A100 80GB PCIe MIG 1g.10gb, 10, 9728, [N/A]\n';

describe('nvidia-smi', () => {
  test('tells of each GPU in bytes and shares; what it does not know is null', async () => {
    const file = await command('two', `printf '${TWO}'`);
    expect(await askNvidiaSmi(5000, file)).toEqual([
      {
        index: '0',
        name: 'NVIDIA H200',
        memoryUsedBytes: 1024 * 1024 * 1024,
        memoryTotalBytes: 143771 * 1024 * 1024,
        utilisation: 0.37,
      },
      expect.objectContaining({ index: '1', memoryTotalBytes: 9728 * 1024 * 1024, utilisation: null }),
    ]);
  });

  test('is ended when it hangs, is a failure when it fails, and is missed where it is not', async () => {
    await expect(askNvidiaSmi(200, await command('hangs', 'exec sleep 60'))).rejects.toMatchObject({ killed: true });
    await expect(askNvidiaSmi(5000, await command('fails', 'exit 9'))).rejects.not.toBeInstanceOf(NoNvidiaSmiError);
    await expect(askNvidiaSmi(5000, join(folder, 'nowhere'))).rejects.toBeInstanceOf(NoNvidiaSmiError);
  });
});

describe('the gauges of the GPU', () => {
  const state: GpuState = {
    ...{ index: '0', name: 'NVIDIA H200', memoryUsedBytes: 5, memoryTotalBytes: 9 },
    utilisation: null,
  };

  test('show what the driver says, once for a scrape, and nothing of what it does not know', async () => {
    const registry = new Registry();
    let asked = 0;
    const ask = async () => {
      asked++;
      return [state];
    };
    showGpus(registry, { maxAgeSeconds: 60, ask });
    const scraped = await registry.metrics();
    expect(scraped).toContain('ocr_gpu_memory_used_bytes{gpu="0",name="NVIDIA H200"} 5');
    expect(scraped).toContain('ocr_gpu_memory_total_bytes{gpu="0",name="NVIDIA H200"} 9');
    expect(scraped).not.toMatch(/^ocr_gpu_utilisation/m);
    expect(asked).toBe(1);
  });

  test('ask no more once there is no nvidia-smi, and never when they are off', async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      throw new NoNvidiaSmiError('none');
    };
    const [without, off] = [new Registry(), new Registry()];
    showGpus(without, { maxAgeSeconds: 0.001, ask });
    for (let i = 0; i < 3; i++) {
      expect(await without.metrics()).not.toMatch(/^ocr_gpu/m);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(asked).toBe(1);
    showGpus(off, { maxAgeSeconds: 0, ask });
    expect(await off.metrics()).not.toMatch(/^ocr_gpu/m);
    expect(asked).toBe(1);
  });
});
