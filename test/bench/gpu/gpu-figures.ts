import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FIELDS = 'name,memory.total,memory.used,driver_version';
const TIMEOUT_MS = 10_000;

/** The GPU as its driver sees it now; null where nvidia-smi does not answer. */
export async function gpuFigures(device: number) {
  const query = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits', `--id=${device}`];
  try {
    const { stdout } = await run('nvidia-smi', query, { timeout: TIMEOUT_MS });
    return parseGpus(stdout)[0] ?? null;
  } catch {
    return null;
  }
}

/** Lines of nvidia-smi's FIELDS, without units. */
export function parseGpus(table: string) {
  const lines = table.split('\n').filter((line) => line.includes(','));
  return lines.map((line) => {
    const [name = '', total, used, driver = ''] = line.split(',').map((field) => field.trim());
    return { name, memory_total_mib: Number(total), memory_used_mib: Number(used), driver };
  });
}
