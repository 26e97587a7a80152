// Runs one of the project's scripts: installs what is missing first, then uses the Node 24 that npm brought.
// Plain JavaScript without dependencies, because it must run on whatever Node (18 or later) the user has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.installed-lockfile');

function installIfNeeded() {
  const lockfile = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return;
  process.stderr.write('Installing packages (once; about 1 GB on disk) …\n');
  // EBADENGINE warnings about the user's own Node are beside the point: node_modules/.bin/node runs the project.
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (install.status !== 0) {
    process.stderr.write('npm ci failed; see its messages above.\n');
    process.exit(install.status ?? 1);
  }
  writeFileSync(stamp, lockfile);
}

function bundledNode() {
  const bundled = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(`No bundled Node for ${process.platform}-${process.arch}: install Node 24 and try again.\n`);
  process.exit(1);
}

installIfNeeded();
const [script, ...args] = process.argv.slice(2);
const child = spawn(bundledNode(), [join(root, script), ...args], { stdio: 'inherit' });

// A terminal sends Ctrl-C to the whole group, a supervisor signals this process or npm alone: the child may meet one
// signal several times, never none. It ends by its own shutdown, and this process stays until it has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
