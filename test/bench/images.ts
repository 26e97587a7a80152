/** The images of benchmarks that need no truth: a data set's, or the project's own fixtures. */
import { fixturePath } from '../fixtures/truth.ts';
import { readSroie } from './sroie.ts';

const FIXTURES = ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg', 'receipt-4-noisy.jpg'];

export interface ImageSelection {
  /** A folder in the layout of SROIE; empty for the fixtures. */
  readonly dataset: string;
  /** At most so many images, spread evenly over all. */
  readonly limit: number;
}

/** @returns paths. */
export function selectImages({ dataset, limit }: ImageSelection): string[] {
  const files = dataset ? readSroie(dataset).map(({ image }) => image) : FIXTURES.map(fixturePath);
  return spread(files, limit);
}

/** At most `limit` of the items, evenly spaced, in their order. */
export function spread<T>(items: readonly T[], limit: number): T[] {
  const count = Math.min(limit, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
