import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { Facts } from './facts.tsx';
import { percent } from './field-status.ts';

/** How it was read, for whoever wants to know. */
export function DetailsPanel({ result }: { readonly result: OcrResult }) {
  const { image, timings, pages, structured } = result;
  const stages = Object.entries(timings).map(([stage, ms]): [string, string] => [
    stage.replace('_', ' '),
    milliseconds(ms),
  ]);
  const numbers = structured.tax_ids?.map(({ kind, value, party, check }): [string, string] => [
    `${kind.toUpperCase()}${party ? ` of the ${party}` : ''}`,
    `${value}${check ? `, check digits ${check === 'passed' ? 'hold' : 'do not hold'}` : ''}`,
  ]);
  return (
    <div class="stack">
      {numbers && numbers.length > 0 && <Section name="Tax numbers" facts={numbers} />}
      <Section
        name="Reading"
        facts={[
          ['Confidence of the text', percent(result.confidence)],
          ['Read on', new Date(result.created_at).toLocaleString()],
          ['Time', milliseconds(result.processing_time_ms)],
          ['Answered', result.cache === 'hit' ? 'from the cache' : 'by reading'],
          ['Model', result.model_used],
          ['Version', result.model_version],
          ['Result', result.id],
        ]}
      />
      <Section
        name="File"
        facts={[
          ['Format', image.format.toUpperCase()],
          ['Size', `${Math.ceil(image.size_bytes / 1024).toLocaleString()} KB`],
          ['Pages', pages.map(({ width, height }) => (width > 0 ? `${width} × ${height}` : 'not read')).join(', ')],
          ['SHA-256', image.sha256],
        ]}
      />
      <Section name="Time by stage" facts={stages} />
    </div>
  );
}

function Section({ name, facts }: { name: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <h3>{name}</h3>
      <Facts facts={facts} />
    </section>
  );
}

function milliseconds(ms: number): string {
  return `${ms.toLocaleString(undefined, { maximumFractionDigits: 1 })} ms`;
}
