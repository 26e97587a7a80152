/** For tests: the real engine with the default models, small enough for a shared machine. */
import { parseEngineConfig } from '../config.ts';
import { type Engine, loadEngine } from './engine.ts';

export function loadTestEngine(environment: Record<string, string> = {}): Promise<Engine> {
  return loadEngine(
    parseEngineConfig({ WORKER_THREADS: '2', INFERENCE_WORKERS: '1', RECOGNISE_THREADS: '2', ...environment }),
  );
}
