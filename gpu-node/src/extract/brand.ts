import type { Found } from './found.ts';
import type { PlacedLine, Row } from './layout.ts';
import { lineAt } from './layout.ts';
import { canBeName, isOffer } from './product-name.ts';

const LABEL = /(?<!\p{L})(?:BRAND(?: NAME)?|MARKE|MERK|MARQUE|MARCA|JENAMA)\s?[:=]\s?(\p{L}[\p{L}\d&'’. -]{1,40})/iu;
const MARKED = /(\p{Lu}[\p{L}\d&'’-]{1,24}(?: \p{Lu}[\p{L}\d&'’-]{1,24}){0,2}) ?[®™]/u;
const MAX_WORDS = 3;

/**
 * A brand is known only where the pack says so: by a label, by the mark of a registered name, or (less surely) by a line
 * of another size right above the product's name.
 */
export function findBrand(
  rows: readonly Row[],
  lines: readonly PlacedLine[],
  name: Found | undefined,
): Found | undefined {
  for (const row of rows) {
    const labelled = LABEL.exec(row.text);
    if (labelled) return toFound(labelled[1]!, lineAt(row, labelled.index + labelled[0].length - 1), 0.93);
  }
  for (const row of rows) {
    const marked = /[®™]/.test(row.text) ? MARKED.exec(row.text) : null;
    if (marked) return toFound(marked[1]!, lineAt(row, marked.index), 0.85);
  }
  const above = name && lineAbove(lines, name);
  return above && toFound(above.text, above, 0.6);
}

function lineAbove(lines: readonly PlacedLine[], name: Found): PlacedLine | undefined {
  const first = lines.find(({ index }) => index === name.lines[0]);
  if (!first) return undefined;
  return lines.find((line) => {
    const gap = first.top - line.bottom;
    const size = line.height / first.height;
    const near =
      line.page === first.page && gap > -0.3 * first.height && gap < 1.2 * Math.max(first.height, line.height);
    const shared = Math.min(line.right, first.right) - Math.max(line.left, first.left);
    const differs = size < 0.77 || size > 1.3;
    return (
      near &&
      differs &&
      shared > 0 &&
      canBeName(line) &&
      !isOffer(line.text) &&
      line.text.split(/\s+/).length <= MAX_WORDS &&
      !/\d/.test(line.text)
    );
  });
}

function toFound(text: string, line: PlacedLine, certainty: number): Found {
  return {
    value: text.replace(/[®™\s.,-]+$/, '').trim(),
    confidence: certainty * line.confidence,
    lines: [line.index],
  };
}
