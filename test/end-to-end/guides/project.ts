/** A project of somebody who follows a guide: its samples in a folder of their own, with the packed client library. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { build, type Plugin } from 'vite';
import { temporaryFolder } from '../stack.ts';
import type { Sample } from './samples.ts';

const MODULES = join(ROOT, 'node_modules');
/** Where bundles go: what lies under node_modules is imported by Node itself, without the test runner's transformation. */
const BUNDLE = join('node_modules', 'samples');
const STARTED = 'started';

export interface Project {
  readonly folder: string;
  /** Samples whose code has begun to run, or which were used as they are. */
  ran(): Promise<string[]>;
  /** Writes down that a sample was used. */
  use(path: string): Promise<void>;
  /** Type checks, and compiles to where the tsconfig says. @throws Error with what the compiler said. */
  compile(config?: object): Promise<void>;
  /** Puts every module where `load` finds it, as bundlers do for browsers and phones. @param aliases by package */
  bundle(aliases?: Readonly<Record<string, string>>): Promise<void>;
  load<T>(path: string): Promise<T>;
  remove(): Promise<void>;
}

/** @param sdk folder of the packed client library. */
export async function createProject(samples: readonly Sample[], sdk: string): Promise<Project> {
  const folder = await realpath(await temporaryFolder());
  const started = join(folder, STARTED);
  await mkdir(started);
  await linkPackages(join(folder, 'node_modules'), sdk);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'reader', type: 'module' }));
  for (const { path, code } of samples) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), code);
  }
  const modules = samples.filter(({ language }) => /^(js|ts|tsx)$/.test(language)).map(({ path }) => path);
  const use = (path: string) => writeFile(join(started, encodeURIComponent(path)), '');
  return {
    folder,
    use,
    ran: async () => (await readdir(started)).map(decodeURIComponent),
    compile: (config) => compile(folder, config),
    bundle: (aliases = {}) => bundle(folder, modules, aliases),
    load: (path) => import(/* @vite-ignore */ pathToFileURL(join(folder, BUNDLE, path.replace(/\.tsx?$/, '.js'))).href),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Code that writes down that the module which ends with it has begun to run. */
export function startedMark(folder: string, path: string): string {
  const file = JSON.stringify(join(folder, STARTED, encodeURIComponent(path)));
  return `\n;process.getBuiltinModule('node:fs').writeFileSync(${file}, '');\n`;
}

async function linkPackages(target: string, sdk: string): Promise<void> {
  await mkdir(join(target, '@edge-ocr'), { recursive: true });
  const names = (await readdir(MODULES)).filter((name) => !name.startsWith('.') && name !== '@edge-ocr');
  await Promise.all(names.map((name) => symlink(join(MODULES, name), join(target, name))));
  // Not a link: a package finds its own packages from where it really lies.
  await cp(sdk, join(target, '@edge-ocr', 'shared'), { recursive: true });
}

async function compile(folder: string, config?: object): Promise<void> {
  const file = join(folder, 'tsconfig.json');
  if (config) await writeFile(file, JSON.stringify(config));
  const compiler = join(MODULES, 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', file], { cwd: folder }).catch((error) => {
    throw new Error(`The samples do not compile:\n${error.stdout}${error.stderr}`);
  });
}

async function bundle(folder: string, modules: string[], aliases: Readonly<Record<string, string>>): Promise<void> {
  const input = Object.fromEntries(
    [...modules.map((path) => join(folder, path)), ...Object.values(aliases)].map((file) => [
      nameIn(folder, file),
      file,
    ]),
  );
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins: [markStarted(folder, modules)],
    resolve: { alias: Object.entries(aliases).map(([name, file]) => ({ find: name, replacement: file })) },
    build: {
      ssr: true,
      minify: false,
      outDir: join(folder, BUNDLE),
      rolldownOptions: { input, output: { entryFileNames: '[name].js', format: 'es' } },
    },
  });
}

function nameIn(folder: string, file: string): string {
  const name = file.startsWith(folder) ? file.slice(folder.length + 1) : join('native', file.split('/').at(-1) ?? '');
  return name.replace(/\.tsx?$/, '');
}

function markStarted(folder: string, modules: readonly string[]): Plugin {
  return {
    name: 'mark-started',
    transform(code, id) {
      const path = modules.find((module) => id === join(folder, module));
      return path ? { code: code + startedMark(folder, path), map: null } : null;
    },
  };
}

/** Appends the mark to files that a compiler has written: by path of the sample, path of the output. */
export async function markOutputs(folder: string, outputs: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, output] of Object.entries(outputs)) {
    const file = join(folder, output);
    await writeFile(file, (await readFile(file, 'utf8')) + startedMark(folder, path));
  }
}
