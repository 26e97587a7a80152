import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { FieldInput } from './field-input.tsx';
import { kindOf, nameOf } from './field-names.ts';
import { fieldStatus } from './field-status.ts';
import { decimalsIn, type FieldValue, parseEntry, shown } from './field-values.ts';
import { type Linked, pointing, useLinked } from './linking.ts';
import { useSaving } from './save-corrections.ts';
import { StatusMark } from './status-mark.tsx';
import { type Suggestion, suggestionsFor } from './suggestions.ts';

type FieldRowProps = Linked & {
  readonly name: string;
  /** Whether a person has just asked for it. */
  readonly focus: boolean;
  readonly onResult: (result: OcrResult) => void;
};

/** One field: what it holds, how sure that is, and one click to say what is right. */
export function FieldRow({ result, highlight, name, focus, onResult }: FieldRowProps) {
  const id = useId();
  const row = useRef<HTMLFormElement>(null);
  const typed = useSignal<string | null>(null);
  const complaint = useSignal<string | null>(null);
  const { busy, problem, save } = useSaving(result, onResult);
  const target = { kind: 'field', name } as const;
  const linked = useLinked({ result, highlight }, target);
  useEffect(() => {
    if (focus) row.current?.querySelector<HTMLElement>('input, select, textarea')?.focus();
  }, []);

  const kind = kindOf(name);
  const status = fieldStatus(result.fields[name], result.corrections?.[name]);
  const kept = shown(presentValue(result, name), kind, decimalsIn(result));
  const text = typed.value ?? kept;
  const said = complaint.value ?? problem;
  const keep = async (value: FieldValue) => {
    if (await save({ [name]: value })) typed.value = null;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const entry = parseEntry(text, kind);
    complaint.value = 'problem' in entry ? entry.problem : null;
    if ('value' in entry && typed.value !== null) keep(entry.value);
  };
  return (
    <form
      ref={row}
      class={`field${linked.value ? ' linked' : ''}`}
      data-field-entry={name}
      noValidate
      onSubmit={submit}
      {...pointing(highlight, target)}
    >
      <div class="field-head">
        <label for={`${id}-input`}>{nameOf(name)}</label>
        <StatusMark id={`${id}-status`} tone={status.tone} text={status.text} />
      </div>
      <div class="field-entry">
        <FieldInput
          id={`${id}-input`}
          kind={kind}
          value={text}
          describedBy={said ? `${id}-status ${id}-said` : `${id}-status`}
          invalid={said !== null}
          empty={result.corrections?.[name]?.value === null ? 'Not on the image' : ''}
          onInput={(value) => {
            typed.value = value === kept ? null : value;
            complaint.value = null;
          }}
        />
        {typed.value !== null && (
          <button class="primary" type="submit" disabled={busy}>
            {text.trim() === '' ? 'Not on the image' : 'Save'}
          </button>
        )}
      </div>
      {said && (
        <p id={`${id}-said`} class="said" role="alert">
          {said}
        </p>
      )}
      <Suggestions name={name} suggestions={suggestionsFor(result, name)} busy={busy} onChoose={keep} />
    </form>
  );
}

interface SuggestionsProps {
  readonly name: string;
  readonly suggestions: readonly Suggestion[];
  readonly busy: boolean;
  readonly onChoose: (value: FieldValue) => void;
}

function Suggestions({ name, suggestions, busy, onChoose }: SuggestionsProps) {
  if (suggestions.length === 0) return null;
  return (
    <div class="suggestions">
      {suggestions.map(({ text, value }) => (
        <button
          key={text}
          type="button"
          disabled={busy}
          aria-label={`${nameOf(name)}: ${text}`}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

/** A person's word goes before what was read, also where it says that there is nothing. */
function presentValue({ structured, corrections, fields }: OcrResult, name: string): FieldValue | undefined {
  const correction = corrections?.[name];
  if (correction) return correction.value;
  return (structured as Readonly<Record<string, FieldValue>>)[name] ?? fields[name]?.value;
}
