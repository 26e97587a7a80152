import { VERSION } from '@edge-ocr/shared/version';
import { Gauge, type Registry } from 'prom-client';

export interface NodeFigures {
  readonly modelVersion: string;
  /** Requests that it takes at a time. */
  readonly capacity: number;
  /** Requests in flight that wait for memory. */
  readonly waiting: () => number;
}

/** What tells one node of a pool from another, and how much it may be asked. */
export function showNode(registry: Registry, { modelVersion, capacity, waiting }: NodeFigures): void {
  const registers = [registry];
  new Gauge({
    name: 'ocr_node_info',
    help: '1, with the versions of program and models',
    labelNames: ['version', 'model_version'],
    registers,
  }).set({ version: VERSION, model_version: modelVersion }, 1);
  new Gauge({
    name: 'ocr_requests_capacity',
    help: 'Requests that the node takes at a time (MAX_IN_FLIGHT); jobs have places of their own',
    registers,
  }).set(capacity);
  new Gauge({
    name: 'ocr_pages_waiting',
    help: 'Pages that wait for memory (MAX_PIXELS_IN_FLIGHT)',
    registers,
    collect() {
      this.set(waiting());
    },
  });
}
