import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TesseractLanguages } from './tesseract-worker.ts';

const require = createRequire(import.meta.url);

/**
 * The folder of a language's data, as its package of npm brings it: nothing is fetched when a node runs.
 * `best_int` is the best network with whole numbers for weights, which is as exact and faster than that with fractions.
 */
export function languageFolder(language: TesseractLanguages): string {
  return join(dirname(require.resolve(`@tesseract.js-data/${language}/package.json`)), '4.0.0_best_int');
}
