import type { Line } from '@edge-ocr/shared/contract/result';
import { useSignal } from '@preact/signals';
import { percent, UNSURE_BELOW } from './field-status.ts';
import { type Linked, pointing, useFollowing, useLinked } from './linking.ts';
import { rowsOf } from './rows.ts';
import { StatusMark } from './status-mark.tsx';

/** All lines in reading order, those of one row beside each other; a list box, so that it is one stop of the Tab key. */
export function TextPanel(props: Linked) {
  const { result, highlight } = props;
  const list = useFollowing<HTMLDivElement>(highlight);
  const current = useSignal(0);
  if (result.lines.length === 0) return <p class="muted">No text was found.</p>;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = nextLine(event.key, current.value, result.lines.length);
    if (to === null) return;
    event.preventDefault();
    current.value = to;
    list.current?.querySelector<HTMLElement>(`[data-text-line="${to}"]`)?.focus();
  };
  return (
    <div ref={list} class="text" role="listbox" aria-label="Lines of text" onKeyDown={onKeyDown}>
      {rowsOf(result.lines).map((row) => (
        <div key={row[0]} class="text-row" role="presentation">
          {row.map((index) => (
            <TextLine key={index} {...props} line={result.lines[index]!} index={index} current={current.value} />
          ))}
        </div>
      ))}
    </div>
  );
}

function TextLine(props: Linked & { line: Line; index: number; current: number }) {
  const { line, index, current, highlight } = props;
  const target = { kind: 'line', index } as const;
  const linked = useLinked(props, target);
  return (
    <div
      role="option"
      class={`text-line${linked.value ? ' linked' : ''}`}
      aria-selected={linked.value}
      tabIndex={index === current ? 0 : -1}
      data-text-line={index}
      {...pointing(highlight, target)}
    >
      <span>{line.text}</span>
      {line.confidence < UNSURE_BELOW && <StatusMark tone="warn" text={`unsure, ${percent(line.confidence)}`} />}
    </div>
  );
}

function nextLine(key: string, from: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(count - 1, from + 1);
  if (key === 'ArrowUp') return Math.max(0, from - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}
