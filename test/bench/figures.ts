/** Nearest-rank percentile; share 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}

/** Median and tail of times in milliseconds, rounded to whole ones. */
export function timeFigures(times: readonly number[]): { readonly p50_ms: number; readonly p95_ms: number } {
  return { p50_ms: Math.round(percentile(times, 0.5)), p95_ms: Math.round(percentile(times, 0.95)) };
}
