/** Money in thousandths: whole for every currency, so that sums are exact. */
export function toThousandths(value: number): number {
  return Math.round(value * 1000);
}

export function fromThousandths(value: number): number {
  return value / 1000;
}

/** As a person would write it, for messages. */
export function printThousandths(value: number): string {
  return (value / 1000).toFixed(value % 10 === 0 ? 2 : 3);
}
