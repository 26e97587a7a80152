import { isDeepStrictEqual } from 'node:util';
import type { ProductReading, ProductValues } from './product-reading.ts';

export type ProductValue = keyof ProductValues;

/** Which result a value is from. */
export interface ValueSource {
  readonly at: string;
  readonly job: string;
  readonly confidence: number;
  /** As it was written: a row that says something else has been changed by somebody else since. */
  readonly value: unknown;
}

export interface Product {
  readonly values: ProductValues;
  readonly sources: Readonly<Partial<Record<ProductValue, ValueSource>>>;
  /** Before this, somebody else may have written what has no source, or is not what the source wrote. */
  readonly writtenAt: string;
}

/**
 * A product with what a reading says of it: each value is the latest that was read, and of those read at one moment
 * the one of the higher job id. So the order in which readings come, and how often, makes no difference. What somebody
 * else wrote gives way to readings made after it alone.
 * @returns null when nothing changes.
 */
export function mergeProduct(product: Product, reading: ProductReading): Pick<Product, 'values' | 'sources'> | null {
  const newer = (Object.keys(reading.values) as ProductValue[]).filter((name) => isNewer(product, name, reading));
  if (newer.length === 0) return null;
  const { at, jobId: job, values, confidences } = reading;
  const read = newer.map(
    (name) => [name, { at, job, confidence: confidences[name] ?? 0, value: values[name] }] as const,
  );
  return {
    values: { ...product.values, ...Object.fromEntries(newer.map((name) => [name, values[name]])) },
    sources: { ...product.sources, ...Object.fromEntries(read) },
  };
}

function isNewer({ values, sources, writtenAt }: Product, name: ProductValue, { at, jobId }: ProductReading): boolean {
  const source = sources[name];
  const isOurs = source !== undefined && isDeepStrictEqual(source.value, values[name]);
  if (isOurs) return at > source.at || (at === source.at && jobId > source.job);
  // Read later than it was written; or nobody has said anything of it yet.
  return (values[name] === undefined && source === undefined) || at > writtenAt;
}

/** The latest of the results that a product's values are from, and their mean confidence; null when OCR wrote none. */
export function latestSource(sources: Product['sources']): { at: string; job: string; confidence: number } | null {
  const all = Object.values(sources);
  const [first] = all;
  if (!first) return null;
  const latest = all.reduce((a, b) => (b.at > a.at || (b.at === a.at && b.job > a.job) ? b : a), first);
  const mean = all.reduce((sum, { confidence }) => sum + confidence, 0) / all.length;
  return { at: latest.at, job: latest.job, confidence: Math.round(mean * 1e4) / 1e4 };
}
