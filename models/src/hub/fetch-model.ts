import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubModel, HubVariant } from '../manifest.ts';
import { download } from './download.ts';
import { digestFile, type FileDigest } from './file-digest.ts';
import { type HubFile, type HubRevision, readRevision } from './hub-api.ts';
import { HubError } from './hub-error.ts';
import { checkFiles, LOCK_FILE, type ModelLock, readLock } from './model-lock.ts';
import { PATIENCE, type Patience } from './retry.ts';

export interface FetchOptions {
  /** Where models lie, each in a folder of its name. */
  readonly folder: string;
  readonly variant: HubVariant;
  /** Default: the commit that is there, else the manifest's. */
  readonly revision?: string | undefined;
  readonly endpoint: string;
  readonly patience?: Patience;
  /** Told of each file how much of it is there. */
  readonly onProgress?: (path: string, bytes: number, size: number | null) => void;
}

export interface Fetched {
  readonly folder: string;
  readonly commit: string;
  /** Files that had to come over the network. */
  readonly downloaded: readonly string[];
}

/** Paths of a model's files in its repository, and in its folder. */
export function filesOf(variant: HubVariant): string[] {
  const suffix = variant === 'fp32' ? '' : `_${variant}`;
  return [
    'config.json',
    'generation_config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    `onnx/encoder_model${suffix}.onnx`,
    `onnx/decoder_model_merged${suffix}.onnx`,
  ];
}

/**
 * Fetch a model from a hub. Files gather in a folder `NAME.fetching`, where a broken fetch goes on; it becomes `NAME` when all
 * are there and are what the hub says they are, so that nobody ever sees half a model.
 * @throws HubError that says what to do.
 */
export async function fetchModel(model: HubModel, options: FetchOptions): Promise<Fetched> {
  const folder = join(options.folder, model.name);
  const lock = await readLock(folder);
  const wanted = filesOf(options.variant);
  const isSame = lock && (options.revision ?? lock.commit) === lock.commit;
  if (isSame && wanted.every((path) => path in lock.files) && (await checkFiles(folder, lock)).length === 0)
    return { folder, commit: lock.commit, downloaded: [] };

  const revision = await findRevision(model, options, lock);
  // What another variant of the same commit brought stays.
  const kept = lock && lock.commit === revision.commit ? lock : null;
  const paths = [...new Set([...wanted, ...Object.keys(kept?.files ?? {})])];
  const staging = `${folder}.fetching`;
  const downloaded: string[] = [];
  const files: ModelLock['files'] = {};
  for (const path of paths) {
    const file = describeFile(revision, path, model);
    const recorded = kept?.files[path] ?? null;
    const isThere = recorded !== null && (await reuse(join(folder, path), join(staging, path), recorded));
    if (!isThere) downloaded.push(path);
    files[path] = isThere ? recorded : await fetchFile(file, { model, revision, staging, recorded, options });
  }
  const record = { repository: model.repository, commit: revision.commit, fetchedAt: new Date().toISOString(), files };
  await writeFile(join(staging, LOCK_FILE), `${JSON.stringify(record satisfies ModelLock, null, 2)}\n`);
  await replaceFolder(staging, folder);
  return { folder, commit: revision.commit, downloaded };
}

async function findRevision(model: HubModel, options: FetchOptions, lock: ModelLock | null): Promise<HubRevision> {
  const revision = options.revision ?? lock?.commit ?? model.revision;
  const { retries, ...patience } = options.patience ?? PATIENCE;
  // Nothing is lost yet: whoever has no network should hear of it soon.
  const brief = { ...patience, retries: Math.min(2, retries) };
  try {
    return await readRevision(options.endpoint, model.repository, revision, brief);
  } catch (error) {
    throw explain(error, model, options);
  }
}

function describeFile({ files, commit }: HubRevision, path: string, { repository }: HubModel): HubFile {
  const file = files.find((candidate) => candidate.path === path);
  if (!file) throw new HubError(`${repository} has no ${path} at ${commit}`);
  return file;
}

interface FileTask {
  readonly model: HubModel;
  readonly revision: HubRevision;
  readonly staging: string;
  /** What it must be, where it was fetched before. */
  readonly recorded: { readonly sha256: string } | null;
  readonly options: FetchOptions;
}

async function fetchFile(file: HubFile, task: FileTask): Promise<ModelLock['files'][string]> {
  const { model, revision, staging, options } = task;
  const target = join(staging, file.path);
  // Another commit's half file would not be told from this one's by a hub without ETags.
  const partial = `${target}.${revision.commit}.partial`;
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  try {
    await download({
      url: `${options.endpoint}/${model.repository}/resolve/${revision.commit}/${path}`,
      file: partial,
      size: file.size,
      patience: options.patience ?? PATIENCE,
      onProgress: (bytes) => options.onProgress?.(file.path, bytes, file.size),
    });
  } catch (error) {
    throw explain(error, model, options);
  }
  const digest = await digestFile(partial);
  const problem = mismatch(digest, file, task.recorded);
  await rm(`${partial}.etag`, { force: true });
  if (problem) {
    await rm(partial);
    throw new HubError(`${file.path} came damaged: ${problem}. It was removed; fetch again`);
  }
  await rename(partial, target);
  return { size: digest.size, sha256: digest.sha256 };
}

function mismatch(actual: FileDigest, file: HubFile, recorded: FileTask['recorded']): string | null {
  if (recorded && recorded.sha256 !== actual.sha256)
    return `SHA-256 ${actual.sha256}, recorded when it was first fetched is ${recorded.sha256}`;
  if (file.sha256 && file.sha256 !== actual.sha256) return `SHA-256 ${actual.sha256}, the hub says ${file.sha256}`;
  if (file.gitBlob && file.gitBlob !== actual.gitBlob)
    return `git blob ${actual.gitBlob}, the hub says ${file.gitBlob}`;
  if (file.size !== null && file.size !== actual.size) return `${actual.size} bytes, the hub says ${file.size}`;
  return null;
}

/** A file that is there already and as recorded need not come again. */
async function reuse(from: string, to: string, recorded: { readonly sha256: string }): Promise<boolean> {
  const digest = await digestFile(from).catch(() => null);
  if (digest?.sha256 !== recorded.sha256) return false;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  return true;
}

/** What is read from the old folder meanwhile goes on being read: its files lose their names alone. */
async function replaceFolder(staging: string, folder: string): Promise<void> {
  const old = `${folder}.${randomUUID()}.old`;
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staging, folder);
  await rm(old, { recursive: true, force: true });
}

/** Of a failure of the network: what can be done without one. */
function explain(error: unknown, { name }: HubModel, { endpoint, folder }: FetchOptions): Error {
  if (error instanceof HubError) return error;
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const reason = cause?.code ?? cause?.message ?? message;
  return new HubError(
    [
      `${endpoint} cannot be reached, or broke off too often (${reason}). What has come is kept: the same command goes on from there.`,
      'Without a way to it:',
      `  - on a machine that has one, run: npm run models -- fetch ${name} --folder DIR`,
      `    and copy DIR/${name}, its ${LOCK_FILE} included, to ${join(folder, name)} here;`,
      '  - or name a mirror that answers as the hub does, by --endpoint URL or HF_ENDPOINT;',
      '  - behind a proxy, set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.',
    ].join('\n'),
    { cause: error },
  );
}
