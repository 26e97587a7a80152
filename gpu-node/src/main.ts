/** One node as a process: configuration, start, and a stop that lets work in flight end. A second signal exits at once. */
import { parseConfig } from './config.ts';
import { startNode } from './node.ts';

try {
  const node = await startNode(parseConfig(process.env));
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      node.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
