import type { Found } from './found.ts';
import { lineAt, medianHeight, type PlacedLine, type Row } from './layout.ts';
import { measureOf, UNIT_WORDS, unitOf } from './measures.ts';
import { readingOf } from './row-readings.ts';

export interface NetContent {
  quantity: Found<number> | undefined;
  unit: Found | undefined;
  /** How many such units are in one pack: 6 in "6 x 330 ml". */
  pack_count: Found<number> | undefined;
}

interface Candidate {
  quantity: number;
  unit: string;
  packs: number | undefined;
  line: PlacedLine;
  score: number;
}

const NUMBER = '(\\d{1,4}(?:[.,]\\d{1,3})?)';
const MULTIPLE = new RegExp(`(?<![\\d.,])(\\d{1,3}) ?[X×*] ?${NUMBER} ?(${UNIT_WORDS})(?![A-Z])`, 'g');
const SINGLE = new RegExp(`(?<![\\d.,/×*-])${NUMBER} ?(${UNIT_WORDS})(?![A-Z])`, 'g');
const COUNT =
  /(?<![A-Z])(?:QTY|QUANTITY|COUNT|PACK ?OF|PCS|PIECES|STUCK)(?![A-Z])[\s.:=-]*(\d{1,4})(?![\d]|[.,/-]\d| ?(?:KG|G|ML|L)(?![A-Z]))/g;
const LABEL =
  /NET(?:T|TO)?(?![A-Z])|CONTENTS?|WEIGHT|VOLUME|\bWT\b|INHALT|INHOUD|FULLMENGE|POIDS|CONTENIDO|CONTENUTO|PESO|CONTEUDO|BERAT|ওজন/;
const NUTRITION =
  /ENERGY|PROTEIN|CARBO|SUGAR|SODIUM|CALOR|KCAL|KJ|SATURATED|CHOLEST|SERVING|PORTION|FIBRE|FIBER|VITAMIN|(?<![A-Z])FAT(?![A-Z])|DOSAGE|EACH (?:TABLET|CAPSULE)/;
const LEAST_SCORE = 1;

/** What is in a pack: "Net Wt 500 g", "6 x 330 ml", "12 pcs"; not what 100 g of it hold, nor what a unit costs. */
export function findNetContent(rows: readonly Row[]): NetContent {
  const height = medianHeight(rows.flatMap((row) => row.lines));
  const candidates = rows.flatMap((row, at) => candidatesIn(row, rows[at - 1], height));
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  if (!best || best.score < LEAST_SCORE) return { quantity: undefined, unit: undefined, pack_count: undefined };
  const { line, quantity, unit, packs, score } = best;
  const origin = { confidence: line.confidence * (score >= 4 ? 0.93 : 0.85), lines: [line.index] };
  return {
    quantity: { value: quantity, ...origin },
    unit: { value: unit, ...origin },
    pack_count: packs === undefined ? undefined : { value: packs, ...origin },
  };
}

function candidatesIn(row: Row, above: Row | undefined, height: number): Candidate[] {
  const { digits, folded: text } = readingOf(row);
  if (digits === 0 || NUTRITION.test(text)) return [];
  const labelled =
    LABEL.test(text) || (above !== undefined && LABEL.test(readingOf(above).folded) && !/\d/.test(above.text));
  const found: Candidate[] = [];
  const add = (match: RegExpExecArray, quantity: number, unit: string, packs: number | undefined, bonus: number) => {
    const before = text.slice(Math.max(0, match.index - 6), match.index);
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 3);
    // "RM 3.50 per 100 g" and "100 g = 1.20" are prices of a unit.
    if (quantity <= 0 || /(?:\/|PER|JE|PRO|PAR) ?$/.test(before) || /^ ?=/.test(after)) return;
    const line = lineAt(row, match.index);
    const score = 2 + bonus + (labelled ? 4 : 0) + Math.min(1.5, line.height / height - 1) - (unit === 'mg' ? 1.5 : 0);
    found.push({ quantity, unit, packs, line, score });
  };
  for (const match of text.matchAll(MULTIPLE)) add(match, measureOf(match[2]!), unitOf(match[3]!), Number(match[1]), 2);
  if (found.length > 0) return found;
  for (const match of text.matchAll(SINGLE)) add(match, measureOf(match[1]!), unitOf(match[2]!), undefined, 0);
  for (const match of text.matchAll(COUNT)) add(match, Number(match[1]), 'pcs', undefined, 0.5);
  return found;
}
