/**
 * A line through the values, on a field of `width` by `height` with 0 at its lower edge and `most` at its upper one.
 * A null breaks it; a value that stands alone is a dot.
 */
export function sparkPath(values: readonly (number | null)[], { width, height, most }: Field): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const y = (value: number) => height - (most > 0 ? (Math.min(value, most) / most) * height : 0);
  return values
    .flatMap((value, place) => {
      if (value === null) return [];
      const begins = (values[place - 1] ?? null) === null;
      const alone = begins && (values[place + 1] ?? null) === null;
      const point = `${rounded(place * step)} ${rounded(y(value))}`;
      return [`${begins ? 'M' : 'L'}${point}${alone ? 'h0' : ''}`];
    })
    .join('');
}

interface Field {
  readonly width: number;
  readonly height: number;
  readonly most: number;
}

/** The values in words, for who does not see the line. null: there are none yet. */
export function sparkText(values: readonly (number | null)[], shown: (value: number) => string): string | null {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return `now ${shown(last)}, between ${shown(least)} and ${shown(most)} over ${known.length} samples`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
