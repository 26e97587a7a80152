/** What CUDA needs of a machine, and what of it is missing. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CUDA_FILES } from '../inference/cuda-library.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 20_000;

export interface LibraryCheck {
  readonly file: string;
  /** 0 when it is not there. */
  readonly bytes: number;
  /** Shared libraries that the loader does not find. */
  readonly missing: readonly string[];
}

/** @param folder that holds CUDA_FILES. */
export async function checkLibraries(folder: string): Promise<LibraryCheck[]> {
  return Promise.all(
    CUDA_FILES.map(async (file) => {
      const path = join(folder, file);
      const bytes = await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
      return { file, bytes, missing: bytes > 0 ? missingLibraries(await linkedLibraries(path)) : [] };
    }),
  );
}

/** What the loader says of a library, in ldd's words; empty where ldd does not answer. */
async function linkedLibraries(path: string): Promise<string> {
  return run('ldd', [path], { timeout: TIMEOUT_MS }).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/** Names in ldd's answer that it did not find. */
export function missingLibraries(ldd: string): string[] {
  return [...ldd.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name!);
}

/** Name, driver and memory of each GPU as nvidia-smi prints them; null where it does not answer. */
export async function findGpus(): Promise<string[] | null> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  return run('nvidia-smi', query, { timeout: TIMEOUT_MS }).then(
    ({ stdout }) => stdout.trim().split('\n'),
    () => null,
  );
}

const TENSORRT = /tensorrt/;

export interface Findings {
  readonly libraries: readonly LibraryCheck[];
  readonly gpus: readonly string[] | null;
}

/** What stands in the way of EXECUTION_PROVIDER=cuda, in words; nothing when it should work. */
export function problemsOf({ libraries, gpus }: Findings): string[] {
  const forCuda = libraries.filter(({ file }) => !TENSORRT.test(file));
  const absent = forCuda.filter(({ bytes }) => bytes === 0).map(({ file }) => `${file} is not installed`);
  const unmet = [...new Set(forCuda.flatMap(({ missing }) => missing))];
  return [
    ...absent,
    ...(unmet.length > 0 ? [`the loader does not find ${unmet.join(', ')}: ${originOf(unmet)}`] : []),
    ...(gpus ? [] : ['nvidia-smi does not answer: the NVIDIA driver is missing, or the container has no GPU']),
  ];
}

/** Of TensorRT alone, which CUDA does without. */
export function tensorrtProblems({ libraries }: Findings): string[] {
  return libraries.filter(({ file }) => TENSORRT.test(file)).flatMap(({ missing }) => missing);
}

function originOf(names: readonly string[]): string {
  const isCudnn = (name: string) => name.startsWith('libcudnn');
  const parts = [
    ...(names.some((name) => !isCudnn(name)) ? ['the CUDA runtime (its number is behind .so)'] : []),
    ...(names.some(isCudnn) ? ['cuDNN'] : []),
  ];
  return `install ${parts.join(' and ')}, or name its folder in LD_LIBRARY_PATH`;
}
