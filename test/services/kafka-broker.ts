/** A Kafka broker of a test's own, from Apache's jars: one node in KRaft mode that can be stopped and started again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
/** 16 bytes in base64url; any will do. */
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qk';
/** Small and quick to start: the machine has other things to do. */
const JVM = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

export interface KafkaBroker {
  /** The same over all starts. */
  readonly address: string;
  /** Resolves when it takes connections. */
  start(): Promise<void>;
  /** @param signal SIGKILL: as if its machine lost power, but for what the system still holds. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Not started yet. @param jars folder, see kafka/pom.xml. */
export async function createKafkaBroker(jars: string): Promise<KafkaBroker> {
  const folder = await temporaryFolder();
  const [port, controllerPort] = [await freePort(), await freePort()];
  const settings = join(folder, 'server.properties');
  const classPath = join(jars, '*');
  await writeFile(settings, properties(folder, port, controllerPort));
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', settings];
  await promisify(execFile)('java', [...JVM, '-cp', classPath, ...format]);

  let child: ChildProcess | undefined;
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(late);
  };
  return {
    address: `127.0.0.1:${port}`,
    async start() {
      const log = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
      child = spawn('java', [...JVM, ...log, '-cp', classPath, 'kafka.Kafka', settings], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const output: string[] = [];
      child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text));
      await untilListening(port, child, output);
    },
    stop,
    async remove() {
      await stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function properties(folder: string, port: number, controllerPort: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'logs'),
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function untilListening(port: number, child: ChildProcess, output: readonly string[]): Promise<void> {
  const late = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < late) {
    if (await accepts(port)) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`The Kafka broker did not start:\n${output.join('')}`);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answer = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return answer;
}
