/** `npm run manifests`: renders infra/kubernetes with the Kustomize of kubectl. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KUSTOMIZATIONS, type Kustomization, renderedFile, renderedHeader, sourceFolder } from './rendered.ts';

try {
  for (const name of Object.keys(KUSTOMIZATIONS) as Kustomization[]) {
    const manifests = execFileSync('kubectl', ['kustomize', sourceFolder(name)], { encoding: 'utf8' });
    mkdirSync(dirname(renderedFile(name)), { recursive: true });
    writeFileSync(renderedFile(name), renderedHeader() + manifests);
    console.log(renderedFile(name));
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(code === 'ENOENT' ? 'kubectl is not installed; it brings Kustomize.' : message);
  process.exitCode = 1;
}
