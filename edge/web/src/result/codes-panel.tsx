import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { CopyButton } from './copy-button.tsx';
import { Facts } from './facts.tsx';
import { percent, UNSURE_BELOW } from './field-status.ts';
import { type Linked, pointing, useFollowing, useLinked } from './linking.ts';
import { StatusMark } from './status-mark.tsx';

type Code = OcrResult['barcodes'][number];

export function CodesPanel(props: Linked) {
  const list = useFollowing<HTMLUListElement>(props.highlight);
  const { barcodes } = props.result;
  if (barcodes.length === 0) return <p class="muted">No code was found.</p>;
  return (
    <ul ref={list} class="entries">
      {barcodes.map((code, index) => (
        <CodeEntry key={index} {...props} code={code} index={index} />
      ))}
    </ul>
  );
}

function CodeEntry(props: Linked & { code: Code; index: number }) {
  const { code, index, highlight } = props;
  const target = { kind: 'code', index } as const;
  const linked = useLinked(props, target);
  const elements = code.gs1?.elements.filter(({ title }) => title !== 'GTIN') ?? [];
  return (
    <li class={`entry${linked.value ? ' linked' : ''}`} data-code-entry={index} {...pointing(highlight, target)}>
      <div class="entry-head">
        <span class="muted small">{code.type}</span>
        <CodeStatus code={code} />
      </div>
      <div class="entry-value">
        <code>{code.value}</code>
        <CopyButton text={code.value} label={`Copy ${code.value}`}>
          Copy
        </CopyButton>
      </div>
      <Facts
        facts={[
          ['GTIN', code.gtin],
          ['A shop’s own number', code.restricted && 'yes'],
          ['Add-on', code.addon],
          ['ISBN', code.isbn],
          ['ISSN', code.issn],
          ...elements.map(({ title, value }): [string, string] => [title, value]),
        ]}
      />
    </li>
  );
}

function CodeStatus({ code: { check_digit, confidence } }: { code: Code }) {
  if (check_digit === 'invalid') return <StatusMark tone="bad" text="check digit does not hold" />;
  if (confidence < UNSURE_BELOW) return <StatusMark tone="warn" text={`unsure, ${percent(confidence)}`} />;
  return <StatusMark tone="good" text={`${check_digit === 'valid' ? 'checked, ' : ''}${percent(confidence)}`} />;
}
