/** Which provider really ran which nodes of a network: ONNX Runtime hands what a provider refuses to the CPU, silently. */
import type { Provider } from './execution.ts';

/** A node that ran, as ONNX Runtime's profile names it. */
export interface PlacedNode {
  readonly operator: string;
  readonly provider: string;
}

const NAMES: Readonly<Record<Provider, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

/** What takes the time. Sums over shapes and the like stay on the CPU by ONNX Runtime's own choice. */
const HEAVY = /Conv|MatMul|Gemm|Attention/;

/**
 * @throws Error that says what ran elsewhere, unless every convolution and product ran on a device and something on the
 * wanted provider. TensorRT's leftovers may run on CUDA.
 */
export function assertPlacement(network: string, nodes: readonly PlacedNode[], wanted: Provider): void {
  const on = (provider: string) => nodes.filter((node) => node.provider === provider);
  const strays = wanted === 'cpu' ? [] : on(NAMES.cpu).filter(({ operator }) => HEAVY.test(operator));
  if (on(NAMES[wanted]).length > 0 && strays.length === 0) return;
  const count = Object.entries(Object.groupBy(nodes, ({ provider }) => provider));
  const told = count.map(([provider, ran]) => `${ran!.length} on ${provider}`).join(', ') || 'none';
  throw new Error(
    `EXECUTION_PROVIDER=${wanted} loaded, but did not take the network ${network}: of its nodes ran ${told}; ` +
      `${strays.length} convolutions and products on the CPU`,
  );
}

interface ProfileEvent {
  readonly cat?: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** @param profile the text of a profile that ONNX Runtime wrote. */
export function placedNodes(profile: string): PlacedNode[] {
  const events = JSON.parse(profile) as ProfileEvent[];
  return events.flatMap(({ cat, args }) =>
    cat === 'Node' && args?.provider ? [{ operator: args.op_name ?? '', provider: args.provider }] : [],
  );
}
