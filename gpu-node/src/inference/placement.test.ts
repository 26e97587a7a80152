import { describe, expect, test } from 'vitest';
import { assertPlacement, type PlacedNode } from './placement.ts';

const nodes = (...placed: [string, string][]): PlacedNode[] =>
  placed.map(([operator, provider]) => ({ operator, provider }));

describe('assertPlacement', () => {
  test('shapes on the CPU are no failure, nor is CUDA beside TensorRT', () => {
    const shapes: [string, string] = ['Gather', 'CPUExecutionProvider'];
    assertPlacement('detect', nodes(['Conv', 'CUDAExecutionProvider'], shapes), 'cuda');
    assertPlacement(
      'detect',
      nodes(['TRT', 'TensorrtExecutionProvider'], ['Conv', 'CUDAExecutionProvider']),
      'tensorrt',
    );
  });

  test.each([
    ['a convolution on the CPU', nodes(['Conv', 'CUDAExecutionProvider'], ['FusedConv', 'CPUExecutionProvider'])],
    ['nothing on the device', nodes(['Add', 'CPUExecutionProvider'])],
    ['nothing at all', []],
  ])('%s is', (_, placed) => {
    expect(() => assertPlacement('detect', placed, 'cuda')).toThrow(
      'EXECUTION_PROVIDER=cuda loaded, but did not take the network detect',
    );
  });
});
