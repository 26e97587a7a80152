import { squash } from './keywords.ts';

const WORDS = [
  /QTY|QUANTITY|ANZAHI|MENGE|QTE|AANTAI/,
  /ITEM|DESC|PRODUCT|PARTICUIAR|ARTIKEI/,
  /PRICE|RATE|UPR|PREIS|PRIJS|PRIX/,
  /AMOUNT|AMT|TOTAI|BETRAG|MONTANT/,
];

/** Whether a row heads a table of goods: at least two of its columns are named, and no number stands in it. */
export function isHeading(text: string): boolean {
  if (text.length > 120 || /\d/.test(text)) return false;
  const squashed = squash(text);
  return WORDS.filter((word) => word.test(squashed)).length >= 2;
}
