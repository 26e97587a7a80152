import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCalibration } from './calibration-file.ts';
import { describeModel, verifiedFile } from './manifest.ts';
import { decodeModel } from './onnx/model-file.ts';
import { optimiseNetwork } from './optimise.ts';
import { quantiseNetwork } from './quantise-network.ts';

async function optimised(name: string): Promise<Uint8Array> {
  const model = describeModel(name);
  return optimiseNetwork(readFileSync(await verifiedFile({ ...model.origin, sha256: model.sha256 })));
}

test('the recogniser’s calibration covers all but its first convolutions', async () => {
  const calibration = readCalibration('pp-ocrv4-mobile-rec')!;
  const { graph } = decodeModel(quantiseNetwork(await optimised('pp-ocrv4-mobile-rec'), calibration));
  const count = (opType: string) => graph.nodes.filter((node) => node.opType === opType).length;
  // 39 layers and 25 gates; 25 gated products and 2 of squeeze and excitation.
  expect([count('QLinearConv'), count('QLinearMul')]).toEqual([64, 27]);
});

test('a calibration of another network is refused', async () => {
  const calibration = readCalibration('pp-ocrv4-mobile-rec')!;
  const detector = await optimised('pp-ocrv4-mobile-det');
  expect(() => quantiseNetwork(detector, { ...calibration, nowhere: { low: [0], high: [1] } })).toThrow(
    'of another network',
  );
});

test('a model that was never calibrated has no calibration', () => {
  expect(readCalibration('no-such-model')).toBeNull();
});
