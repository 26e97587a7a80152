import type { EngineConfig } from '../config.ts';
import { hasCudaLibrary, hasNvidiaDevice } from './cuda-library.ts';
import { type Execution, ON_CPU } from './execution.ts';
import { tryNetwork } from './onnx.ts';

export interface CudaProbes {
  /** Cheap signs that CUDA may work. */
  hasLibrary(): boolean;
  hasDevice(): boolean;
  /** @throws Error when a network cannot be loaded there. */
  tryNetwork(file: string, execution: Execution): Promise<void>;
}

const REAL: CudaProbes = { hasLibrary: hasCudaLibrary, hasDevice: hasNvidiaDevice, tryNetwork };

/**
 * What EXECUTION_PROVIDER means on this machine: `auto` is cuda where a network really loads on it, else the CPU.
 * @param file a network to try.
 * @throws Error that says what to do when a provider was named and does not load: it is never exchanged for the CPU.
 */
export async function chooseExecution(
  { EXECUTION_PROVIDER: wanted, CUDA_DEVICE: device }: Pick<EngineConfig, 'EXECUTION_PROVIDER' | 'CUDA_DEVICE'>,
  file: string,
  probes = REAL,
): Promise<Execution> {
  if (wanted === 'cpu') return ON_CPU;
  if (wanted !== 'auto') return named({ provider: wanted, device }, file, probes);
  if (!probes.hasLibrary() || !probes.hasDevice()) return ON_CPU;
  const cuda: Execution = { provider: 'cuda', device };
  try {
    await probes.tryNetwork(file, cuda);
    return cuda;
  } catch (error) {
    process.emitWarning(`There is a GPU, but CUDA does not load; networks run on the CPU: ${(error as Error).message}`);
    return ON_CPU;
  }
}

async function named(execution: Execution, file: string, probes: CudaProbes): Promise<Execution> {
  try {
    await probes.tryNetwork(file, execution);
    return execution;
  } catch (cause) {
    const said = (cause as Error).message.trim();
    throw new Error(`EXECUTION_PROVIDER=${execution.provider} does not load: ${said}; ${adviceFor(execution)}`, {
      cause,
    });
  }
}

function adviceFor({ provider }: Execution): string {
  if (provider === 'webgpu')
    return 'it needs libvulkan.so.1 (Debian: libvulkan1) and a driver with Vulkan 1.1 or later';
  return '`npm run gpu:install` fetches its libraries and says what else is missing';
}
