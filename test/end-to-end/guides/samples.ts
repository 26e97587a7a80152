/** The code in docs/guides: every fenced block that is code has a title, the path it belongs to in a project. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '@edge-ocr/infra/local/settings';

const FOLDER = join(ROOT, 'docs', 'guides');
const BLOCK = /^```(\w*)(?: title="([^"]+)")?\n([\s\S]*?)^```$/gm;

export interface Sample {
  /** Name of the guide, such as nextjs. */
  readonly guide: string;
  readonly language: string;
  /** Path in the reader's project; of commands, which have none, their number in the guide. */
  readonly path: string;
  readonly code: string;
}

/** @throws Error naming a block that does not say where it belongs. */
export async function readSamples(): Promise<Sample[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.md')).sort();
  const samples = await Promise.all(files.map(async (name) => samplesOf(name.replace(/\.md$/, ''), await read(name))));
  return samples.flat();
}

function read(name: string): Promise<string> {
  return readFile(join(FOLDER, name), 'utf8');
}

function samplesOf(guide: string, text: string): Sample[] {
  const fences = text.match(/^```/gm)?.length ?? 0;
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length * 2 !== fences) throw new Error(`docs/guides/${guide}.md has a block that cannot be told`);
  return blocks.map(([, language = '', title, code = ''], index) => {
    if (!title && language !== 'sh') throw new Error(`docs/guides/${guide}.md: block ${index + 1} has no title`);
    return { guide, language, path: title ?? `command ${index + 1}`, code };
  });
}
