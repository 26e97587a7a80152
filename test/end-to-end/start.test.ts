import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, readFixture, resultOf } from './api-client.ts';
import { type RunningCommand, runCommand, startCommand } from './command.ts';
import { descendantsOf, stillLiving } from './processes.ts';
import { freePort, temporaryFolder } from './stack.ts';

const READY = 'edge-ocr is ready at';
let environment: { DATA_DIR: string; EDGE_PORT: string; NODE_PORT: string };
let running: RunningCommand[];

beforeEach(async () => {
  running = [];
  environment = {
    DATA_DIR: await temporaryFolder(),
    EDGE_PORT: String(await freePort()),
    NODE_PORT: String(await freePort()),
  };
});

afterEach(async () => {
  for (const command of running) {
    try {
      command.signal('group', 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  }
  await rm(environment.DATA_DIR, { recursive: true, force: true });
});

function start(changes: Partial<typeof environment> = {}): RunningCommand {
  const command = startCommand(['start'], { ...environment, ...changes });
  running.push(command);
  return command;
}

/** Ends the command by SIGINT and expects that nothing of it stays. */
async function expectCleanEnd(command: RunningCommand, whom: 'npm' | 'group'): Promise<void> {
  const family = await descendantsOf(command.pid);
  command.signal(whom, 'SIGINT');
  const { code, stderr } = await command.finished;
  expect({ code, stderr: stderr.replace(/^npm .*\n?/gm, '') }).toEqual({ code: 0, stderr: '' });
  expect(await stillLiving(family)).toEqual([]);
  for (const port of [environment.EDGE_PORT, environment.NODE_PORT]) {
    await expect(fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) })).rejects.toThrow();
  }
}

describe('npm start', () => {
  it('shows a receipt, says how to go on, and ends on Ctrl-C', async () => {
    const command = start();
    await command.printed(READY);
    const names = (await descendantsOf(command.pid)).join();
    expect(names).toMatch(/postgres/);
    expect(names).toMatch(/workerd/);

    const shown = command.output();
    expect(shown).toContain('HARBOUR LANE');
    expect(shown).toContain('29.75');
    // What it prints is to be copied, so it is run as it stands.
    const [, tokenCommand] = /a token: +(.+)/.exec(shown)!;
    expect(shown).toContain(`curl -H "Authorization: Bearer $(${tokenCommand})"`);
    const token = await runCommand(['-c', tokenCommand!], {}, 'sh');
    expect(token).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
    const api = new ApiClient(`http://127.0.0.1:${environment.EDGE_PORT}`, token.stdout.trim());
    const receipt = await readFixture('receipt-1.jpg');
    expect(resultOf(await api.postFile(receipt, { type: 'receipt' }))).toMatchObject({ cache: 'hit' });

    await expectCleanEnd(command, 'group');
  });

  it('refuses busy ports and a data folder in use, and leaves the first start alone', async () => {
    const first = start();
    await first.printed(READY);
    const other = { DATA_DIR: join(environment.DATA_DIR, 'other') };
    const refusals: [Partial<typeof environment>, string | RegExp][] = [
      [other, `Port ${environment.EDGE_PORT} is in use already; stop what uses it, or set EDGE_PORT to another`],
      [{ ...other, EDGE_PORT: String(await freePort()) }, `Port ${environment.NODE_PORT} is in use already`],
      [
        { EDGE_PORT: String(await freePort()), NODE_PORT: String(await freePort()) },
        /is in use by process \d+; stop it/,
      ],
    ];
    for (const [changes, message] of refusals) {
      const second = start(changes);
      const { code, stderr } = await second.finished;
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(await descendantsOf(second.pid)).toEqual([]);
    }
    const health = await fetch(`http://127.0.0.1:${environment.EDGE_PORT}/api/v1/health`);
    expect(health.status).toBe(200);
    await expectCleanEnd(first, 'npm');
  });

  it('ends when it is told to while it starts', async () => {
    const command = start();
    await command.printed('Starting');
    await expectCleanEnd(command, 'npm');
  });

  it.each([
    [{ EDGE_PORT: 'http' }, /EDGE_PORT/],
    [{ DETECT_SIDEE: '960' }, /DETECT_SIDEE: is not known/],
    [{ MAX_IN_FLIGHT: '0' }, /MAX_IN_FLIGHT/],
  ])('stops at %j with a line that names it', async (wrong, line) => {
    const { code, stderr } = await runCommand(['start'], { ...environment, ...wrong });
    expect(code).toBe(1);
    expect(stderr).toMatch(line);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('the node as a process', () => {
  const main = join(ROOT, 'gpu-node/src/main.ts');

  it.each([
    [{ RECOGNISE_MODLE: 'x' }, 'RECOGNISE_MODLE: is not known'],
    [{ INTERNAL_SECRET: 'too-short-to-use' }, 'INTERNAL_SECRET: must have 32 bytes or more'],
    [{ DATABASE_URL: 'mysql://somewhere' }, 'DATABASE_URL:'],
  ])('stops at %j with a line that names it, and not its value', async (wrong, line) => {
    const sound = { ...environment, INTERNAL_SECRET: 'x'.repeat(32) };
    const { code, stderr } = await runCommand([main], { ...sound, ...wrong }, process.execPath);
    expect(code).toBe(1);
    expect(stderr).toContain(line);
    const [value] = Object.values(wrong);
    if (value!.length > 3) expect(stderr).not.toContain(value);
  });
});
