/** A node as gpu-node/src/main.ts starts it, with the timed engine: TIMED_SERVICE_MS and TIMED_SLOTS say which. */
import { parseConfig } from '@edge-ocr/gpu-node/config';
import { startNode } from '@edge-ocr/gpu-node/node';
import { createTimedEngine } from './timed-engine.ts';

const time = {
  serviceMs: Number(process.env.TIMED_SERVICE_MS ?? 50),
  slots: Number(process.env.TIMED_SLOTS ?? 2),
};
const node = await startNode(parseConfig(process.env), async (config) => createTimedEngine(config, time));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    node.stop().then(() => process.exit(0));
  });
}
