/** What Kustomize makes of this folder is kept beside it, so that tests see whole manifests without Kustomize. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = import.meta.dirname;

/** Name of what is rendered, and the folder it is made of. */
export const KUSTOMIZATIONS = {
  platform: 'platform',
  migrate: 'migrate',
  cpu: 'overlays/cpu',
  gpu: 'overlays/gpu',
} as const;
export type Kustomization = keyof typeof KUSTOMIZATIONS;

export function sourceFolder(name: Kustomization): string {
  return join(FOLDER, KUSTOMIZATIONS[name]);
}

export function renderedFile(name: Kustomization): string {
  return join(FOLDER, 'rendered', `${name}.yaml`);
}

/** First line of a rendered file: changes with every source, so that a file that was not rendered anew is noticed. */
export function renderedHeader(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(yaml|env)$/.test(file) && !file.startsWith('rendered'))
    .sort();
  for (const file of sources) hash.update(`${file}\n`).update(readFileSync(join(FOLDER, file)));
  return `# Made by \`npm run manifests\` of sources with SHA-256 ${hash.digest('hex')}; change those, not this.\n`;
}
