/** What NVIDIA's driver says of the GPUs, by its own command. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface GpuState {
  /** As nvidia-smi counts them. */
  readonly index: string;
  readonly name: string;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
  /** Share of the last moments in which it worked, 0 to 1; null where the driver does not tell, as of a part of a GPU. */
  readonly utilisation: number | null;
}

const QUERY = ['--query-gpu=index,name,memory.used,memory.total,utilization.gpu', '--format=csv,noheader,nounits'];
const MIB = 1024 * 1024;
const MAX_OUTPUT_BYTES = 64 * 1024;

/** There is no such command here, and there will be none. */
export class NoNvidiaSmiError extends Error {}

/**
 * @param command its name or path.
 * @throws NoNvidiaSmiError; another Error when it fails or takes longer than `timeoutMs`.
 */
export async function askNvidiaSmi(timeoutMs: number, command = 'nvidia-smi'): Promise<GpuState[]> {
  try {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES } as const;
    const { stdout } = await promisify(execFile)(command, QUERY, options);
    return readStates(stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NoNvidiaSmiError(command, { cause: error });
    throw error;
  }
}

/** A line a GPU; figures that are not known read `[N/A]`. */
export function readStates(csv: string): GpuState[] {
  return csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [index = '', name = '', used, total, busy] = line.split(',').map((part) => part.trim());
      const percent = Number(busy);
      return {
        ...{ index, name },
        memoryUsedBytes: Number(used) * MIB,
        memoryTotalBytes: Number(total) * MIB,
        utilisation: busy !== undefined && Number.isFinite(percent) ? percent / 100 : null,
      };
    })
    .filter(({ memoryTotalBytes }) => Number.isFinite(memoryTotalBytes));
}
