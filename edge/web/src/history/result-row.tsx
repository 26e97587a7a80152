import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { dateText, moneyText, percentText, timeText } from '../design/format.ts';
import { keyFactsOf, matchingLine } from './key-facts.ts';
import { TYPE_NAMES } from './search.ts';
import { Thumbnail } from './thumbnail.tsx';

export function ResultRow({ result, query }: { result: OcrResult; query: string }) {
  const { title, date, amount, currency } = keyFactsOf(result);
  const found = matchingLine(result.text, query);
  return (
    <li>
      <a class="result-row" href={`/history/${result.id}`}>
        <Thumbnail sha256={result.image.sha256} format={result.image.format} />
        <span class="result-facts">
          <strong>{title}</strong>
          {found && found !== title && <span class="result-found small">{found}</span>}
          <span class="muted small">
            {TYPE_NAMES[result.type]}
            {date && ` · ${dateText(date)}`}
            {` · read ${timeText(result.created_at)}`}
          </span>
        </span>
        <span class="result-end">
          {amount !== undefined && <strong class="number">{moneyText(amount, currency)}</strong>}
          <Confidence result={result} />
        </span>
      </a>
    </li>
  );
}

function Confidence({ result }: { result: OcrResult }) {
  if (result.needs_review) return <span class="chip warn">Check it</span>;
  return <span class="muted small number">{percentText(result.confidence)} sure</span>;
}
