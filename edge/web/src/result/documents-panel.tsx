import type { Structured } from '@edge-ocr/shared/contract/result';
import { Facts } from './facts.tsx';
import { percent, UNSURE_BELOW } from './field-status.ts';
import { type Linked, pointing, useFollowing, useLinked } from './linking.ts';
import { StatusMark } from './status-mark.tsx';

type Paper = NonNullable<Structured['documents']>[number];

const KINDS: Readonly<Record<Paper['kind'], string>> = {
  pan: 'PAN card',
  aadhaar: 'Aadhaar',
  driving_licence: 'Driving licence',
  passport: 'Passport',
  udyam: 'Udyam registration',
  identity_card: 'Identity card',
};
const SEXES = { M: 'male', F: 'female', X: 'unspecified' } as const;

export function DocumentsPanel(props: Linked) {
  const list = useFollowing<HTMLUListElement>(props.highlight);
  const { documents = [] } = props.result.structured;
  if (documents.length === 0) return <p class="muted">No number of a paper was found.</p>;
  return (
    <ul ref={list} class="entries">
      {documents.map((paper, index) => (
        <PaperEntry key={index} {...props} paper={paper} index={index} />
      ))}
    </ul>
  );
}

function PaperEntry(props: Linked & { paper: Paper; index: number }) {
  const { paper, index, highlight } = props;
  const target = { kind: 'document', index } as const;
  const linked = useLinked(props, target);
  return (
    <li class={`entry${linked.value ? ' linked' : ''}`} data-document-entry={index} {...pointing(highlight, target)}>
      <div class="entry-head">
        <span class="muted small">{KINDS[paper.kind]}</span>
        <PaperStatus paper={paper} />
      </div>
      <div class="entry-value">
        <code>{paper.number}</code>
      </div>
      <Facts
        facts={[
          ['Surname', paper.surname],
          ['Given names', paper.given_names],
          ['Born', paper.birth_date],
          ['Sex', paper.sex && SEXES[paper.sex]],
          ['Nationality', paper.nationality],
          ['Issued by', paper.country],
          ['Valid until', paper.expiry_date],
          ['Put right', paper.mended && 'a letter was read as a digit'],
        ]}
      />
    </li>
  );
}

function PaperStatus({ paper: { valid, check, confidence } }: { paper: Paper }) {
  if (!valid || check === 'failed') return <StatusMark tone="bad" text="the number does not hold" />;
  if (confidence < UNSURE_BELOW) return <StatusMark tone="warn" text={`unsure, ${percent(confidence)}`} />;
  return <StatusMark tone="good" text={`${check ? 'checked, ' : ''}${percent(confidence)}`} />;
}
