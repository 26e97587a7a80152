/** The client library as other projects can use it: plain JavaScript with types, because no package may hold bare TypeScript. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../local/settings.ts';

const SOURCE = join(ROOT, 'shared');

/** Into `folder`, which is made anew: a package that can be packed, or linked to. @throws Error with what the compiler said. */
export async function buildSdk(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify(projectFor(folder)));
  await compile(project);
  await rm(project);
  const { name, version, dependencies } = JSON.parse(await readFile(join(SOURCE, 'package.json'), 'utf8'));
  const description = 'Client library and contract of edge-ocr.';
  const exports = { './*': { types: './*.d.ts', default: './*.js' } };
  const manifest = { name, version, description, license: 'Apache-2.0', type: 'module', exports, dependencies };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function projectFor(outDir: string): object {
  return {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: {
      // Of the bundlers that have to read it, Metro is the one behind.
      target: 'es2022',
      rewriteRelativeImportExtensions: true,
      declaration: true,
      noEmit: false,
      // `npm run check` checks the types, with those of the platforms.
      noCheck: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
      rootDir: join(SOURCE, 'src'),
      outDir,
    },
    include: [join(SOURCE, 'src')],
    exclude: [join(SOURCE, 'src', '**', '*.test.ts'), join(SOURCE, 'src', '**', '*.fixture.ts')],
  };
}

async function compile(project: string): Promise<void> {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', project]).catch((error) => {
    throw new Error(`The client library does not compile:\n${error.stdout}${error.stderr}`);
  });
}
