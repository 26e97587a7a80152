import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { Icon } from '../design/icons.tsx';
import { CopyButton } from './copy-button.tsx';
import { Downloads } from './downloads.tsx';
import { nameOf } from './field-names.ts';
import { isSettled, openFields } from './field-status.ts';

/** What a person should know first, and what can be taken away. */
export function ResultHead({ result }: { readonly result: OcrResult }) {
  return (
    <div class="result-head">
      <Review result={result} />
      <div class="result-actions">
        <CopyButton text={result.text}>Copy text</CopyButton>
        <Downloads result={result} />
      </div>
    </div>
  );
}

function Review({ result }: { readonly result: OcrResult }) {
  const { needs_review, suggestion, warnings } = result;
  const settled = isSettled(result);
  if (needs_review && !settled) {
    return (
      <section class="notice warn review review-open" aria-label="Please check">
        <Icon name="alert" />
        <div>
          <p>
            <strong>Please check this one.</strong> {suggestion}
          </p>
          <Warnings warnings={warnings} />
          <Duplicate result={result} />
        </div>
      </section>
    );
  }
  const calm = settled || (warnings.length === 0 && openFields(result).length === 0);
  return (
    <section class={`notice review${calm ? ' review-good' : ''}`} aria-label="Reading">
      <Icon name="done" />
      <div>
        <p>{needs_review ? 'You have settled what was unsure.' : calmly(openFields(result))}</p>
        {!settled && <Warnings warnings={warnings} />}
        <Duplicate result={result} />
      </div>
    </section>
  );
}

/** Some fields matter too little to ask for a review. */
function calmly(unsure: readonly string[]): string {
  if (unsure.length === 0) return 'Read, and nothing is in doubt.';
  return `Read. Not quite sure: ${unsure.map(nameOf).join(', ').toLowerCase()}.`;
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul>
      {warnings.map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
    </ul>
  );
}

function Duplicate({ result: { duplicate_of, duplicate_match } }: { readonly result: OcrResult }) {
  if (duplicate_of === null) return null;
  return (
    <p>
      {duplicate_match === 'bytes' ? 'This file was read before: ' : 'This looks like one that was read before: '}
      <a href={`/history/${duplicate_of}`}>see that result</a>.
    </p>
  );
}
