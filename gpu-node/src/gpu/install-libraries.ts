/** Brings the parts of ONNX Runtime that its npm package leaves out: by its own script, or from a folder. */
import { spawn } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { CUDA_FILES } from '../inference/cuda-library.ts';

export interface Download {
  /** Exit status of the script; null when it was killed. */
  readonly status: number | null;
  /** The last it printed. */
  readonly output: string;
}

const MAX_OUTPUT = 4000;

/** onnxruntime-node's own installer: it asks NuGet for the package of its own version and unpacks it beside itself. */
export function installScript(): string {
  return join(dirname(findPackageJSON('onnxruntime-node', import.meta.url)!), 'script', 'install.js');
}

/**
 * Run the script.
 * @param environment proxies are told to it by GLOBAL_AGENT_HTTPS_PROXY.
 */
export async function downloadLibraries(script = installScript(), environment = process.env): Promise<Download> {
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Not `cuda12`: the script of 1.30 reads that as nothing said, and then does nothing under `npm run`.
    env: { ...environment, ONNXRUNTIME_NODE_INSTALL: 'true' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { status, output };
}

/** @throws Error when the folder lacks one of CUDA_FILES. */
export async function copyLibraries(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of CUDA_FILES) await copyFile(join(from, file), join(to, file));
}
