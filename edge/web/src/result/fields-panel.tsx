import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { type Signal, useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Checks } from './checks.tsx';
import { FIELDS, nameOf } from './field-names.ts';
import { FieldRow } from './field-row.tsx';
import type { FieldValue } from './field-values.ts';
import { LineItems } from './line-items.tsx';
import { type Linked, useFollowing } from './linking.ts';
import { useSaving } from './save-corrections.ts';

type FieldsPanelProps = Linked & { readonly onResult: (result: OcrResult) => void };

/** The fields of the result's type as a form, the line items with their sums, and what was checked. */
export function FieldsPanel({ result, highlight, onResult }: FieldsPanelProps) {
  const added = useSignal<readonly string[]>([]);
  const list = useFollowing<HTMLDivElement>(highlight);
  const names = FIELDS[result.type].filter((name) => isKnown(result, name) || added.value.includes(name));
  const missing = FIELDS[result.type].filter((name) => !names.includes(name));
  return (
    <div ref={list} class="fields-panel">
      {names.length === 0 && <p class="muted">No field was found.</p>}
      {names.map((name) => (
        <FieldRow
          key={name}
          result={result}
          highlight={highlight}
          name={name}
          focus={added.value.includes(name)}
          onResult={onResult}
        />
      ))}
      <div class="field-tools">
        {missing.length > 0 && <AddField missing={missing} added={added} />}
        <ConfirmRest result={result} names={names} onResult={onResult} />
      </div>
      <LineItems result={result} highlight={highlight} />
      <Checks checks={result.checks} />
    </div>
  );
}

function AddField({
  missing,
  added,
}: {
  readonly missing: readonly string[];
  readonly added: Signal<readonly string[]>;
}) {
  const id = useId();
  const add = (select: HTMLSelectElement) => {
    if (select.value !== '') added.value = [...added.value, select.value];
    select.value = '';
  };
  return (
    <div class="add-field">
      <label class="visually-hidden" for={id}>
        Add a field that was not found
      </label>
      <select id={id} onChange={(event) => add(event.currentTarget)}>
        <option value="">Add a field …</option>
        {missing.map((name) => (
          <option key={name} value={name}>
            {nameOf(name)}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ConfirmRestProps {
  readonly result: OcrResult;
  readonly names: readonly string[];
  readonly onResult: (result: OcrResult) => void;
}

/** Right readings are worth telling as well: without them the models' accuracy cannot be known. */
function ConfirmRest({ result, names, onResult }: ConfirmRestProps) {
  const { busy, problem, save } = useSaving(result, onResult);
  const { fields, corrections = {} } = result;
  const rest = names.filter((name) => fields[name] && !corrections[name]);
  if (rest.length === 0) return null;
  const values = (): Record<string, FieldValue> => Object.fromEntries(rest.map((name) => [name, fields[name]!.value]));
  const others = rest.length < names.length;
  return (
    <>
      <button type="button" disabled={busy} onClick={() => save(values())}>
        {others ? 'The others are right' : 'All of this is right'}
      </button>
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}

function isKnown({ fields, structured, corrections }: OcrResult, name: string): boolean {
  return fields[name] !== undefined || name in structured || corrections?.[name] !== undefined;
}
