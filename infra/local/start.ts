/** `npm start`: the whole system on embedded defaults, shown to work on a real image, until Ctrl-C. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeResult } from '@edge-ocr/gpu-node/review/describe-result';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ErrorEnvelope } from '@edge-ocr/shared/errors';
import { localSettings, ROOT } from './settings.ts';
import { type RunningStack, startStack } from './stack.ts';

const DEMONSTRATION = join('test', 'fixtures', 'generated', 'receipt-1.jpg');
const DEMONSTRATION_TIMEOUT_MS = 60_000;
const DEMONSTRATION_TOKEN_SECONDS = 86_400;
/** One Ctrl-C reaches this process up to three times: from the terminal, and from npm and run.mjs, which pass it on. */
const SAME_SIGNAL_MS = 1000;

let starting: Promise<RunningStack> | undefined;
let stoppingSince: number | undefined;
stopOnSignals();
try {
  console.log('Starting PostgreSQL, the OCR node and the edge …');
  starting = start();
  await demonstrate(await starting);
} catch (error) {
  // What a stop interrupts is not a failure, and the stop ends the process.
  if (stoppingSince === undefined) {
    console.error(`\nedge-ocr could not start: ${(error as Error).message}`);
    await stop();
    process.exit(1);
  }
}

async function start(): Promise<RunningStack> {
  return startStack({ ...localSettings(process.env), nodeEnvironment: { LOG_LEVEL: 'warn', ...process.env } });
}

/** Also in the middle of the start: what is being started is waited for, so that it can be stopped. */
async function stop(): Promise<void> {
  const stack = await starting?.catch(() => undefined);
  await stack?.stop().catch((error) => console.error(error));
}

async function demonstrate({ edgeUrl, token }: RunningStack): Promise<void> {
  const accessToken = await token({ lifetimeSeconds: DEMONSTRATION_TOKEN_SECONDS });
  const started = performance.now();
  const response = await fetch(`${edgeUrl}/api/v1/ocr/process?type=receipt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'image/jpeg' },
    body: await readFile(join(ROOT, DEMONSTRATION)),
    signal: AbortSignal.timeout(DEMONSTRATION_TIMEOUT_MS),
  });
  const answer = (await response.json()) as { success: true; data: OcrResult } | ErrorEnvelope;
  if (!answer.success) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  const milliseconds = Math.round(performance.now() - started);
  console.log(`\n${DEMONSTRATION}, read through the edge in ${milliseconds} ms (cache ${answer.data.cache}):\n`);
  console.log(describeResult(answer.data));
  // The token is signed with the secret of this data folder, wherever it is.
  const folder = process.env.DATA_DIR ? `DATA_DIR=${process.env.DATA_DIR} ` : '';
  console.log(`
edge-ocr is ready at ${edgeUrl}   (Ctrl-C stops it)

  the web client, signed in:
              ${edgeUrl}/#token=${accessToken}

  a token:    ${folder}npm run -s token
  an image:   curl -H "Authorization: Bearer $(${folder}npm run -s token)" -F image=@${DEMONSTRATION} -F type=receipt ${edgeUrl}/api/v1/ocr/process
  the API:    ${edgeUrl}/docs`);
}

/** The first signal stops everything in order; a second one gives up waiting. */
function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
        return;
      }
      stoppingSince = performance.now();
      console.log('\nStopping …');
      await stop();
      process.exit(0);
    });
  }
}
