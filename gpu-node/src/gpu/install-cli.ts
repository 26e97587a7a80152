/**
 * `npm run gpu:install [-- --check | --from DIR]`: the CUDA libraries for ONNX Runtime. Fetches them from NuGet by
 * onnxruntime-node's own script, or copies them from a folder, and then says what the machine lacks. Exit status 1 if
 * EXECUTION_PROVIDER=cuda cannot work yet; with --check nothing is fetched.
 */
import { parseArgs } from 'node:util';
import { cudaLibraryFolder } from '../inference/cuda-library.ts';
import { checkLibraries, type Findings, findGpus, problemsOf, tensorrtProblems } from './check-libraries.ts';
import { copyLibraries, downloadLibraries } from './install-libraries.ts';
import { offlineAdvice } from './offline-advice.ts';

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, from: { type: 'string', default: '' } },
});

const folder = cudaLibraryFolder();
if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(`There are CUDA libraries for Linux x64 alone, and this is ${process.platform} ${process.arch}.`);
}
if (values.from) await copyLibraries(values.from, folder).catch((error: Error) => fail(error.message));
else if (!values.check) await download();
report({ libraries: await checkLibraries(folder), gpus: await findGpus() });

async function download(): Promise<void> {
  console.log('Fetching the CUDA libraries (some hundred MB) …');
  const { status, output } = await downloadLibraries();
  if (status !== 0) fail(`${output.trim()}\n\n${offlineAdvice(folder)}`);
}

function report(findings: Findings): void {
  for (const { file, bytes } of findings.libraries) {
    console.log(`${bytes > 0 ? `${(bytes / 1e6).toFixed(0)} MB`.padStart(8) : ' missing'}  ${file}`);
  }
  for (const gpu of findings.gpus ?? []) console.log(`     GPU  ${gpu}`);
  const withoutTensorrt = tensorrtProblems(findings);
  if (withoutTensorrt.length > 0)
    console.log(`EXECUTION_PROVIDER=tensorrt would need besides: ${withoutTensorrt.join(', ')}`);
  const problems = problemsOf(findings);
  if (problems.length > 0) fail(`CUDA cannot be used yet:\n  ${problems.join('\n  ')}`);
  console.log('Ready: a node with EXECUTION_PROVIDER=auto or cuda uses the GPU. npm ci removes these files again.');
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
