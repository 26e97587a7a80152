import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TINY_MODEL } from './expected.fixture.ts';
import { readModelFolder } from './model-folder.ts';
import { generationOf, processingOf, processorConfigSchema } from './model-settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trocr-'));
  await cp(TINY_MODEL, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function change(name: string, values: object): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...values }));
}

describe('readModelFolder', () => {
  test('the merged decoder comes first, and weights without a suffix', async () => {
    await copyFile(join(folder, 'onnx/encoder_model.onnx'), join(folder, 'onnx/encoder_model_quantized.onnx'));
    const { variant, encoder, decoder } = await readModelFolder(folder);
    expect(variant).toBe('');
    expect(encoder).toBe(join(folder, 'onnx/encoder_model.onnx'));
    expect(decoder.first).toBe(join(folder, 'onnx/decoder_model_merged.onnx'));
    expect(decoder.next).toBe(decoder.first);
  });

  test('a variant must be there whole', async () => {
    await copyFile(join(folder, 'onnx/encoder_model.onnx'), join(folder, 'onnx/encoder_model_q4.onnx'));
    await expect(readModelFolder(folder, '_q4')).rejects.toThrow(/of the kind _q4; fetch them with npm run models/);
    await copyFile(join(folder, 'onnx/decoder_model_merged.onnx'), join(folder, 'onnx/decoder_model_merged_q4.onnx'));
    expect((await readModelFolder(folder, '_q4')).encoder).toContain('encoder_model_q4.onnx');
  });

  test('a folder without networks, and a file that is no JSON, are named', async () => {
    await writeFile(join(folder, 'tokenizer.json'), '{');
    await expect(readModelFolder(folder)).rejects.toThrow(/tokenizer.json cannot be read as JSON/);
    await rm(join(folder, 'onnx'), { recursive: true });
    await expect(readModelFolder(folder)).rejects.toThrow(/has no encoder_model.onnx with decoder_model_merged.onnx/);
  });

  test('what would change the sequences and is not understood is refused', async () => {
    await change('generation_config.json', { suppress_tokens: [5], do_sample: true });
    await expect(readModelFolder(folder)).rejects.toThrow(
      /generation_config.json .*\n {2}do_sample: .*\n {2}suppress_tokens/s,
    );
  });

  test('another kind of model is refused', async () => {
    await change('config.json', { model_type: 'whisper' });
    await expect(readModelFolder(folder)).rejects.toThrow(/config.json .*model_type/s);
  });

  test('without generation_config.json the settings are those of config.json', async () => {
    await rm(join(folder, 'generation_config.json'));
    await change('config.json', { num_beams: 4, length_penalty: 2, early_stopping: true, no_repeat_ngram_size: 3 });
    const { model, generation } = await readModelFolder(folder);
    expect(generationOf(model, generation, { maxTokens: 500 })).toMatchObject({
      startToken: 2,
      endTokens: [2],
      numBeams: 4,
      lengthPenalty: 2,
      earlyStopping: true,
      noRepeatNgram: 3,
      // What the decoder has places for.
      maxLength: 64,
    });
    expect(generationOf(model, generation, { maxTokens: 20, numBeams: 1 })).toMatchObject({
      numBeams: 1,
      maxLength: 21,
    });
  });
});

describe('processingOf', () => {
  const config = { size: 384, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };

  test('older files give the size as one number, and no rescaling', () => {
    const old = { ...config, resample: 3, feature_extractor_type: 'DeiTFeatureExtractor' };
    expect(processingOf(processorConfigSchema.parse(old))).toMatchObject({
      width: 384,
      height: 384,
      resample: 'bicubic',
      rescale: 1 / 255,
    });
  });

  test('a crop of another size is refused', () => {
    const cropped = processorConfigSchema.parse({ ...config, do_center_crop: true, crop_size: 224 });
    expect(() => processingOf(cropped)).toThrow('not supported');
  });
});
