/** Where the parts of ONNX Runtime that the npm package leaves out belong, and whether they are there. */
import { existsSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/** Files of the NuGet package Microsoft.ML.OnnxRuntime.Gpu.Linux, of the same version as onnxruntime-node. */
export const CUDA_FILES = [
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_tensorrt.so',
] as const;

/** Beside ONNX Runtime's own library, which looks for them there and nowhere else. */
export function cudaLibraryFolder(): string {
  const root = dirname(findPackageJSON('onnxruntime-node', import.meta.url)!);
  return join(root, 'bin', 'napi-v6', process.platform, process.arch);
}

export function hasCudaLibrary(folder = cudaLibraryFolder()): boolean {
  return CUDA_FILES.slice(0, 2).every((file) => existsSync(join(folder, file)));
}

/** What NVIDIA's driver shows of itself, on Linux and under Windows' Linux. */
const DEVICES = ['/dev/nvidiactl', '/dev/dxg'];

export function hasNvidiaDevice(devices: readonly string[] = DEVICES): boolean {
  return devices.some((device) => existsSync(device));
}
