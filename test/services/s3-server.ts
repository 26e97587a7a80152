/**
 * An S3 server of another make, com.adobe.testing:s3mock of Maven Central, on the machine's Java 17:
 *   mvn -B -q dependency:copy -Dartifact=com.adobe.testing:s3mock:4.11.0:jar:exec -DoutputDirectory=FOLDER
 *   TEST_S3_JAR=FOLDER/s3mock-4.11.0-exec.jar npm run test:services
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';

const START_TIMEOUT_MS = 90_000;

export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  /** Another bucket of the same server. */
  readonly edgeBucket: string;
  stop(): Promise<void>;
}

export async function startS3Server(jar: string): Promise<S3Server> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const [bucket, edgeBucket] = ['images', 'edge-images'];
  const settings = [
    `--server.port=${await freePort()}`,
    `--com.adobe.testing.s3mock.httpPort=${port}`,
    `--com.adobe.testing.s3mock.controller.httpPort=${port}`,
    `--com.adobe.testing.s3mock.store.root=${folder}`,
    `--com.adobe.testing.s3mock.store.initialBuckets=${bucket},${edgeBucket}`,
  ];
  const child = spawn('java', ['-Xmx256m', '-jar', jar, ...settings], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => output.push(text));
  const exited = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint, child, output);
  return {
    endpoint,
    bucket,
    edgeBucket,
    async stop() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(endpoint: string, child: ChildProcess, output: readonly string[]): Promise<void> {
  const late = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < late) {
    if (await fetch(endpoint).catch(() => null)) return;
    await sleep(200);
  }
  child.kill('SIGKILL');
  throw new Error(`The S3 server did not become ready:\n${output.join('').slice(-4000)}`);
}
