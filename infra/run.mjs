// Runs one of the project's scripts: installs what is missing first, then uses the Node 24 that npm brought.
// Plain JavaScript without dependencies, because it must run on whatever Node (18 or later) the user has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Hash of the lockfile that node_modules was installed from. */
const stamp = join(root, 'node_modules', '.installed-lockfile');
const lock = join(root, '.installing');

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileHash();
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Two scripts begun at once in a fresh clone must not install into the same folder together. */
async function installIfNeeded() {
  while (!isInstalled()) {
    if (takeLock()) {
      try {
        install();
      } finally {
        rmSync(lock, { force: true });
      }
    } else {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isRunning(Number(readFileSync(lock, { encoding: 'utf8', flag: 'a+' })))) rmSync(lock, { force: true });
    return false;
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function install() {
  process.stderr.write('Installing packages (once; about 1 GB on disk) …\n');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // The CPU libraries are in the package; its script would download CUDA's (an npm older than allowScripts runs it).
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (result.status !== 0) {
    process.stderr.write('npm ci failed; see its messages above.\n');
    rmSync(lock, { force: true });
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, lockfileHash());
}

function bundledNode() {
  const bundled = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(`No bundled Node for ${process.platform}-${process.arch}: install Node 24 and try again.\n`);
  process.exit(1);
}

await installIfNeeded();
const [script, ...args] = process.argv.slice(2);
// kafkajs sets timers in the past, which Node warns of (https://github.com/tulios/kafkajs/issues/1751) and treats as 1 ms.
const flags = ['--disable-warning=TimeoutNegativeWarning'];
const child = spawn(bundledNode(), [...flags, join(root, script), ...args], { stdio: 'inherit' });

// A terminal sends Ctrl-C to the whole group, a supervisor signals this process or npm alone: the child may meet one
// signal several times, never none. It ends by its own shutdown, and this process stays until it has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
