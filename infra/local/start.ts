/** `npm start`: the whole system on embedded defaults, shown to work on a real image, until Ctrl-C. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeResult } from '@edge-ocr/gpu-node/review/describe-result';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ErrorEnvelope } from '@edge-ocr/shared/errors';
import { runUntilStopped } from './run-until-stopped.ts';
import { localSettings, ROOT } from './settings.ts';
import { type RunningStack, startStack } from './stack.ts';

const DEMONSTRATION = join('test', 'fixtures', 'generated', 'receipt-1.jpg');
const DEMONSTRATION_TIMEOUT_MS = 60_000;
const DEMONSTRATION_TOKEN_SECONDS = 86_400;

await runUntilStopped(start, demonstrate, '\nedge-ocr could not start');

async function start(): Promise<RunningStack> {
  console.log('Starting PostgreSQL, the OCR node and the edge …');
  return await startStack({ ...localSettings(process.env), nodeEnvironment: { LOG_LEVEL: 'warn', ...process.env } });
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
