import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountFor, chooseLaunch, type Launch } from './postgres-account.ts';

const asRoot = process.getuid?.() === 0;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'edge-ocr-account-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The uid and the effective capabilities that a launched program has. */
function identityOf(launch: Launch): { uid: number; capabilities: string | undefined } {
  const script = 'id -u; grep CapEff /proc/self/status || true';
  const { command, args, options } = launch('/bin/sh', ['-c', script]);
  const [uid, capabilities] = execFileSync(command, [...args], { ...options, encoding: 'utf8', cwd: '/' }).split('\n');
  return { uid: Number(uid), capabilities: capabilities?.split('\t')[1] };
}

test('never runs as root, and passes closed folders with no more than it needs for that', async () => {
  const account = await accountFor(path.join(folder, 'postgres'));
  const program = path.join(folder, 'program');
  await writeFile(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const { uid, capabilities } = identityOf(await chooseLaunch(account, { program, folder }, true));
  expect(uid).toBe(account?.uid ?? process.getuid?.());
  expect(uid).not.toBe(0);
  // Bit 1 is CAP_DAC_OVERRIDE.
  if (process.platform === 'linux') expect(capabilities).toBe(asRoot ? '0000000000000002' : '0000000000000000');
});

test.runIf(asRoot)('passes closed folders also by access(2), as initdb asks', async () => {
  const account = await accountFor(path.join(folder, 'postgres'));
  const program = path.join(folder, 'program');
  await writeFile(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const launch = await chooseLaunch(account, { program, folder }, false);
  const script = 'require("node:fs").accessSync(process.argv[1], 1); process.stdout.write("reached")';
  const { command, args, options } = launch(process.execPath, ['-e', script, program]);
  expect(execFileSync(command, [...args], { ...options, encoding: 'utf8', cwd: '/' })).toBe('reached');
});

test.runIf(process.platform === 'linux')('has no capability where everybody may enter', async () => {
  const launch = await chooseLaunch(await accountFor(folder), { program: '/usr/bin/env', folder: '/' }, true);
  expect(identityOf(launch).capabilities).toBe('0000000000000000');
});

test.runIf(asRoot)('a cluster that somebody owns stays theirs', async () => {
  await chown(folder, 12_345, 12_346);
  expect(await accountFor(folder)).toEqual({ uid: 12_345, gid: 12_346 });
});

test('says what it met when a program cannot be run', async () => {
  const reach = { program: path.join(folder, 'missing'), folder };
  await expect(chooseLaunch(await accountFor(folder), reach, false)).rejects.toThrow(/cannot run .*missing/);
});
