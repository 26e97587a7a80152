/** Where networks run: ONNX Runtime's execution providers, as far as onnxruntime-node 1.30 lets them be told anything. */

export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface Execution {
  readonly provider: Provider;
  /** Number of the GPU as CUDA counts; webgpu takes what Vulkan offers first. */
  readonly device: number;
}

export const ON_CPU: Execution = { provider: 'cpu', device: 0 };

export function isGpu({ provider }: Execution): boolean {
  return provider !== 'cpu';
}

/** A provider as ONNX Runtime is told of it. */
export interface ProviderOption {
  readonly name: Provider;
  readonly deviceId?: number;
}

/**
 * In order of preference; what none of them can run goes to the CPU. CUDA stands behind TensorRT for the nodes that
 * TensorRT does not know. The device is all that the binding passes on to CUDA and TensorRT (decision 032).
 */
export function providerOptions({ provider, device }: Execution): ProviderOption[] {
  if (provider === 'tensorrt') return [{ name: 'tensorrt', deviceId: device }, ...providerOptions(cuda(device))];
  return [provider === 'cuda' ? { name: provider, deviceId: device } : { name: provider }];
}

function cuda(device: number): Execution {
  return { provider: 'cuda', device };
}
