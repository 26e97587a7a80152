import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCalibration } from '@edge-ocr/models/calibration-file';
import { HALVER_REVISION, halveNetwork } from '@edge-ocr/models/halve-network';
import { type ModelDescription, verifiedFile } from '@edge-ocr/models/manifest';
import { OPTIMISER_REVISION, optimiseNetwork } from '@edge-ocr/models/optimise';
import { QUANTISER_REVISION, quantiseNetwork } from '@edge-ocr/models/quantise-network';

export interface PreparationOptions {
  /** Rewritten files are kept in its folder `models`. */
  readonly dataDir: string;
  /** `original` runs the file as its makers shipped it; `int8` and `float16` are less exact than the others. */
  readonly graph: 'int8' | 'optimised' | 'float16' | 'original';
  /** For a recogniser: the only classes it need know. */
  readonly classes?: readonly number[];
}

/**
 * The file to load for a model: verified against the manifest and rewritten for speed. Rewriting takes a few tenths of a
 * second and is done once: the result is kept under a name made of everything it depends on.
 */
export async function prepareNetwork(model: ModelDescription, options: PreparationOptions): Promise<string> {
  const original = await verifiedFile({ ...model.origin, sha256: model.sha256 });
  if (options.graph === 'original') return original;
  const calibration = options.graph === 'int8' ? readCalibration(model.name) : null;
  if (options.graph === 'int8' && !calibration) throw new Error(`Model ${model.name} was never calibrated for int8`);
  const inputs = [OPTIMISER_REVISION, model.sha256, options.classes ?? null];
  if (calibration) inputs.push(QUANTISER_REVISION, JSON.stringify(calibration));
  if (options.graph === 'float16') inputs.push('float16', HALVER_REVISION);
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
  const folder = join(options.dataDir, 'models');
  const file = join(folder, `${model.name}-${key}.onnx`);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return file;
  await mkdir(folder, { recursive: true });
  // Written beside and renamed, so that a node that starts at the same time never sees half a file.
  const partial = `${file}.${randomUUID()}`;
  const rewritten = (bytes: Uint8Array) => {
    if (calibration) return quantiseNetwork(bytes, calibration);
    return options.graph === 'float16' ? halveNetwork(bytes) : bytes;
  };
  const optimised = optimiseNetwork(await readFile(original), options.classes);
  await writeFile(partial, rewritten(optimised));
  await rename(partial, file);
  return file;
}
