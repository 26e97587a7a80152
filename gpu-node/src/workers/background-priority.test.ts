import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

/** Nice values of this process' threads (field 19 of proc_pid_stat(5)). */
function niceValues(): number[] {
  return readdirSync('/proc/self/task').map((tid) => {
    const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

test.runIf(process.platform === 'linux')('only the thread that asks for it steps back', async () => {
  const before = niceValues().filter((nice) => nice === 10).length;
  const file = new URL('./background-priority.ts', import.meta.url).href;
  const source = `import('${file}').then(({ useBackgroundPriority }) => {
    useBackgroundPriority();
    const { parentPort } = require('node:worker_threads');
    parentPort.once('message', () => process.exit());
    parentPort.postMessage('ready');
  })`;
  const worker = new Worker(source, { eval: true });
  await new Promise((resolve) => worker.once('message', resolve));
  expect(niceValues().filter((nice) => nice === 10)).toHaveLength(before + 1);
  expect(niceValues().filter((nice) => nice === 0).length).toBeGreaterThan(0);
  await worker.terminate();
});
