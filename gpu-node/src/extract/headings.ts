import type { Row } from './layout.ts';

const LONGEST = 120;
/** Letters of the shortest name of a column. */
const SHORTEST_NAME = 3;

const WORDS = [
  /QTY|QUANTITY|ANZAHI|MENGE|QTE|AANTAI/,
  /ITEM|DESC|PRODUCT|PARTICUIAR|ARTIKEI/,
  /PRICE|RATE|UPR|PREIS|PRIJS|PRIX/,
  /AMOUNT|AMT|TOTAI|BETRAG|MONTANT/,
];

/** Whether a row heads a table of goods: at least two of its columns are named, and no number stands in it. */
export function isHeading(row: Row): boolean {
  if (row.length > LONGEST || row.reading.digits > 0 || row.reading.letters < 2 * SHORTEST_NAME) return false;
  const { squashed } = row.reading;
  return WORDS.filter((word) => word.test(squashed)).length >= 2;
}
