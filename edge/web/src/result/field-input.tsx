import { type FieldKind, PAYMENTS } from './field-names.ts';

interface FieldInputProps {
  readonly id: string;
  readonly kind: FieldKind;
  readonly value: string;
  readonly describedBy: string;
  readonly invalid: boolean;
  /** What an empty input says. */
  readonly empty: string;
  readonly onInput: (value: string) => void;
}

/** The input that fits what the field holds. */
export function FieldInput({ id, kind, value, describedBy, invalid, empty, onInput }: FieldInputProps) {
  const common = { id, value, 'aria-describedby': describedBy, 'aria-invalid': invalid };
  if (kind === 'choice') {
    return (
      <select {...common} onInput={(event) => onInput(event.currentTarget.value)}>
        <option value="">{empty}</option>
        {Object.entries(PAYMENTS).map(([choice, name]) => (
          <option key={choice} value={choice}>
            {name}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'long') {
    return (
      <textarea
        {...common}
        rows={2}
        placeholder={empty}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={submitOnEnter}
      />
    );
  }
  const typed = {
    ...common,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  };
  if (kind === 'date') return <input {...typed} type="date" />;
  // Seconds are asked for only where the paper has them.
  if (kind === 'time') return <input {...typed} type="time" step={value.length > 5 ? 1 : 60} />;
  const text = { ...typed, type: 'text', placeholder: empty, autocomplete: 'off', spellcheck: false } as const;
  // Not type="number": it refuses what another locale writes, and a wheel changes it unnoticed.
  if (kind === 'money' || kind === 'number') return <input {...text} class="number" inputMode="decimal" />;
  return <input {...text} />;
}

/** As in the other inputs; a line break is made with Shift. */
function submitOnEnter(event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
