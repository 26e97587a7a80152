import { describe, expect, test } from 'vitest';
import { type CudaProbes, chooseExecution } from './choose-execution.ts';
import { ON_CPU, providerOptions } from './execution.ts';

const probes = (over: Partial<CudaProbes> = {}): CudaProbes => ({
  hasLibrary: () => true,
  hasDevice: () => true,
  tryNetwork: async () => undefined,
  ...over,
});
const auto = { EXECUTION_PROVIDER: 'auto', CUDA_DEVICE: 1 } as const;

describe('chooseExecution', () => {
  test('auto is cuda where library, device and a network say so', async () => {
    expect(await chooseExecution(auto, 'x.onnx', probes())).toEqual({ provider: 'cuda', device: 1 });
  });

  test.each([
    ['no library', { hasLibrary: () => false }],
    ['no device', { hasDevice: () => false }],
    ['a network that does not load', { tryNetwork: () => Promise.reject(new Error('no cuDNN')) }],
  ])('%s: auto is the CPU', async (_, over) => {
    expect(await chooseExecution(auto, 'x.onnx', probes(over))).toEqual(ON_CPU);
  });

  test('what is named is never exchanged for the CPU', async () => {
    const named = { EXECUTION_PROVIDER: 'cuda', CUDA_DEVICE: 0 } as const;
    expect(await chooseExecution(named, 'x.onnx', probes())).toEqual({ provider: 'cuda', device: 0 });
    const failing = probes({ tryNetwork: () => Promise.reject(new Error('no cuDNN')) });
    await expect(chooseExecution(named, 'x.onnx', failing)).rejects.toThrow(
      'EXECUTION_PROVIDER=cuda does not load: no cuDNN; `npm run gpu:install`',
    );
  });
});

test('CUDA takes what TensorRT leaves', () => {
  expect(providerOptions({ provider: 'tensorrt', device: 2 })).toEqual([
    { name: 'tensorrt', deviceId: 2 },
    { name: 'cuda', deviceId: 2 },
  ]);
  expect(providerOptions(ON_CPU)).toEqual([{ name: 'cpu' }]);
});
