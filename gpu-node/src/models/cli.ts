/** `npm run models -- list | fetch NAME | verify NAME`: models that come from a model hub. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchModel } from '@edge-ocr/models/hub/fetch-model';
import { DEFAULT_ENDPOINT } from '@edge-ocr/models/hub/hub-api';
import { checkFiles, readLock } from '@edge-ocr/models/hub/model-lock';
import { describeHubModel, type HubModel, hubModels } from '@edge-ocr/models/manifest';
import { runCommand, UsageError } from '../run-command.ts';
import { showProgress } from './progress.ts';

const USAGE = `npm run models -- list                  the models there are, and which of them are here
npm run models -- fetch NAME            fetch a model, or go on with a fetch that broke off
npm run models -- verify NAME           compare the files with what was recorded when they were fetched

  --folder DIR        where models lie, each in a folder of its name; DATA_DIR/models
  --variant V         fp32, fp16 or quantized; fp32
  --revision R        a branch, tag or commit of the repository; the commit that is here, else the manifest's
  --endpoint URL      of the hub or a mirror; HF_ENDPOINT, else ${DEFAULT_ENDPOINT}`;

await runCommand(run);

async function run(args: string[]): Promise<string> {
  const { command, name, values } = readArguments(args);
  const folder = resolve(values.folder ?? join(process.env.DATA_DIR || '.data', 'models'));
  if (command === 'list') return (await Promise.all(hubModels.map((model) => describe(model, folder)))).join('\n');
  const model = describeHubModel(name!);
  if (command === 'verify') return verify(model, join(folder, model.name));
  const variant = model.variants.find((known) => known === (values.variant ?? 'fp32'));
  if (!variant) throw new UsageError(`${model.name} comes as ${model.variants.join(', ')}`);
  const endpoint = (values.endpoint || process.env.HF_ENDPOINT || DEFAULT_ENDPOINT).replace(/\/+$/, '');
  const bars = showProgress();
  try {
    const { revision } = values;
    const onProgress = bars.update;
    const fetched = await fetchModel(model, { folder, variant, revision, endpoint, onProgress });
    const what =
      fetched.downloaded.length === 0 ? 'is there already' : `was fetched (${fetched.downloaded.length} files)`;
    return `${model.name} ${what}: ${fetched.folder}, commit ${fetched.commit}`;
  } finally {
    bars.stop();
  }
}

async function describe({ name, repository, licence, variants }: HubModel, folder: string): Promise<string> {
  const lock = await readLock(join(folder, name));
  const state = lock ? `here, commit ${lock.commit.slice(0, 12)}` : 'not here';
  return `${name}  ${repository}  ${licence}  ${variants.join(', ')}  ${state}`;
}

async function verify({ name }: HubModel, folder: string): Promise<string> {
  const lock = await readLock(folder);
  if (!lock) throw new Error(`${folder} has no record of what was fetched; run npm run models -- fetch ${name}`);
  const problems = await checkFiles(folder, lock);
  if (problems.length > 0)
    throw new Error([...problems, `npm run models -- fetch ${name} brings them again`].join('\n'));
  return `${Object.keys(lock.files).length} files of ${name} are as they were fetched from ${lock.repository}, commit ${lock.commit}`;
}

function readArguments(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { folder: text, variant: text, revision: text, endpoint: text },
    });
    const [command = '', name, ...rest] = positionals;
    const isKnown = ['list', 'fetch', 'verify'].includes(command);
    if (isKnown && (command === 'list') === (name === undefined) && rest.length === 0) return { command, name, values };
  } catch {
    // An option that is not known; the usage says which are.
  }
  throw new UsageError(USAGE);
}
