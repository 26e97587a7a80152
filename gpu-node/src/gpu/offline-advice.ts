import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { CUDA_FILES } from '../inference/cuda-library.ts';

const PACKAGE = 'Microsoft.ML.OnnxRuntime.Gpu.Linux';

/** What to copy where when NuGet is out of reach. @param folder where the libraries belong. */
export function offlineAdvice(folder: string): string {
  const { version } = JSON.parse(readFileSync(findPackageJSON('onnxruntime-node', import.meta.url)!, 'utf8'));
  return [
    'Without a way to NuGet (behind a proxy, set GLOBAL_AGENT_HTTPS_PROXY):',
    `  1. elsewhere, download https://www.nuget.org/api/v2/package/${PACKAGE}/${version} (a zip file)`,
    '  2. unpack runtimes/linux-x64/native/ from it, and bring that folder here',
    '  3. npm run gpu:install -- --from THAT_FOLDER',
    `It must hold ${CUDA_FILES.join(', ')}, which go to ${folder}`,
  ].join('\n');
}
