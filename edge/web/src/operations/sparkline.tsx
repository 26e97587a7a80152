import { sparkPath, sparkText } from './spark-path.ts';

interface Props {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly shown: (value: number) => string;
}

const FIELD = { width: 100, height: 30 };

/** A value with the line of how it came to be. */
export function Sparkline({ name, values, shown }: Props) {
  const known = values.filter((value) => value !== null);
  const most = Math.max(0, ...known);
  const last = known.at(-1);
  const line = sparkPath(values, { ...FIELD, most });
  const text = sparkText(values, shown) ?? 'nothing measured yet';
  return (
    <figure class="spark">
      <figcaption>
        <span class="muted small">{name}</span>
        <strong class="number">{last === undefined ? '–' : shown(last)}</strong>
      </figcaption>
      <svg
        viewBox={`0 -2 ${FIELD.width} ${FIELD.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${text}`}
      >
        <path class="spark-ground" d={`M0 ${FIELD.height}h${FIELD.width}`} />
        <path class="spark-line" d={line} />
      </svg>
      <span class="spark-most muted number" aria-hidden="true">
        {most > 0 ? `up to ${shown(most)}` : '\u00a0'}
      </span>
    </figure>
  );
}
