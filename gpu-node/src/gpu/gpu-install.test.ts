import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUDA_FILES } from '../inference/cuda-library.ts';
import { checkLibraries, missingLibraries, problemsOf, tensorrtProblems } from './check-libraries.ts';
import { copyLibraries, downloadLibraries, installScript } from './install-libraries.ts';
import { offlineAdvice } from './offline-advice.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-ocr-gpu-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(text: string): Promise<string> {
  const file = join(folder, `script-${Math.random()}.cjs`);
  await writeFile(file, text);
  return file;
}

describe('downloadLibraries', () => {
  // NuGet cannot be asked in a test; that the real script takes this flag to mean "install" can be read off it.
  test('forces the script, also where npm says that the package is being worked on', async () => {
    const told = await downloadLibraries(await script('console.log(process.env.ONNXRUNTIME_NODE_INSTALL)'));
    expect(told).toEqual({ status: 0, output: 'true\n' });
    const { parseInstallFlag } = await import(installScript().replace('install.js', 'install-utils.js'));
    const before = process.env.ONNXRUNTIME_NODE_INSTALL;
    process.env.ONNXRUNTIME_NODE_INSTALL = 'true';
    expect(parseInstallFlag()).toBe(true);
    if (before === undefined) delete process.env.ONNXRUNTIME_NODE_INSTALL;
    else process.env.ONNXRUNTIME_NODE_INSTALL = before;
  });

  test('a script that fails is told with what it said', async () => {
    const failing = await script("console.error('getaddrinfo ENOTFOUND'); process.exit(7)");
    expect(await downloadLibraries(failing)).toEqual({ status: 7, output: 'getaddrinfo ENOTFOUND\n' });
  });
});

describe('copyLibraries', () => {
  test('from a folder, all of them or an error that names the first missing', async () => {
    const from = join(folder, 'native');
    await mkdir(from);
    await expect(copyLibraries(from, join(folder, 'to'))).rejects.toThrow(CUDA_FILES[0]);
    for (const file of CUDA_FILES) await writeFile(join(from, file), 'not really');
    await copyLibraries(from, join(folder, 'to'));
    expect(await readFile(join(folder, 'to', CUDA_FILES[2]), 'utf8')).toBe('not really');
    const found = await checkLibraries(join(folder, 'to'));
    expect(found.map(({ bytes }) => bytes)).toEqual([10, 10, 10]);
  });
});

describe('problemsOf', () => {
  const library = (file: string, bytes: number, missing: string[] = []) => ({ file, bytes, missing });

  test('names what is missing and where it comes from', () => {
    const libraries = [
      library(CUDA_FILES[0], 0),
      library(CUDA_FILES[1], 5, ['libcudnn.so.9', 'libcublas.so.12']),
      library(CUDA_FILES[2], 5, ['libnvinfer.so.10']),
    ];
    const [absent, unmet, driver] = problemsOf({ libraries, gpus: null });
    expect(absent).toContain(CUDA_FILES[0]);
    expect(unmet).toMatch(/libcudnn\.so\.9, libcublas\.so\.12: install the CUDA runtime .* and cuDNN/);
    expect(driver).toContain('nvidia-smi');
    expect(tensorrtProblems({ libraries, gpus: null })).toEqual(['libnvinfer.so.10']);
  });

  test('nothing where all is there, with or without TensorRT', () => {
    const libraries = CUDA_FILES.slice(0, 2).map((file) => library(file, 5));
    expect(problemsOf({ libraries: [...libraries, library(CUDA_FILES[2], 0)], gpus: ['NVIDIA L4'] })).toEqual([]);
  });
});

test('ldd’s answer', () => {
  const ldd = '\tlibcudart.so.12 => not found\n\tlibm.so.6 => /lib/libm.so.6 (0x0)\n\tlibcudnn.so.9 => not found\n';
  expect(missingLibraries(ldd)).toEqual(['libcudart.so.12', 'libcudnn.so.9']);
});

test('the advice names package, version and folder', () => {
  expect(offlineAdvice('/somewhere')).toMatch(/OnnxRuntime\.Gpu\.Linux\/\d+\.\d+\.\d+ [\s\S]*--from[\s\S]*\/somewhere/);
});

test('with --check nothing is fetched, and what is missing ends it with status 1', async () => {
  const cli = join(import.meta.dirname, 'install-cli.ts');
  const told = await new Promise<{ code: unknown; text: string }>((resolve) => {
    execFile(process.execPath, [cli, '--check'], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    );
  });
  // On a machine with a GPU and all libraries it is ready; anywhere else it says what is not.
  if (told.code === 0) expect(told.text).toContain('Ready');
  else expect(told).toMatchObject({ code: 1, text: expect.stringMatching(/cannot be used yet|alone/) });
});
