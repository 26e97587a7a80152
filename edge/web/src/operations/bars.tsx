import { percentText } from '../design/format.ts';

interface Row {
  readonly name: string;
  /** From 0 to 1: the length of the bar. */
  readonly share: number;
  /** Instead of the share in percent. */
  readonly text?: string;
}

export function Bars({ rows, tone = '' }: { rows: readonly Row[]; tone?: string }) {
  return (
    <ul class="bars">
      {rows.map(({ name, share, text }) => (
        <li key={name}>
          <span class="bar-name small">{name.replaceAll('_', ' ')}</span>
          <span class="bar-field" aria-hidden="true">
            <span class={`bar ${tone}`} style={{ width: `${share * 100}%` }} />
          </span>
          <span class="bar-value small number">{text ?? percentText(share)}</span>
        </li>
      ))}
    </ul>
  );
}
