import type { Found } from './found.ts';
import { labelSet, nearLabels, type Sheet } from './label-values.ts';
import { readingOf } from './row-readings.ts';

export interface Terms {
  found: Found;
  /** Days from the date of the invoice until it is due; undefined where the terms do not say it plainly. */
  days: number | undefined;
}

const DAYS = '(\\d{1,3}) ?(?:CALENDAR |KALENDER)?(?:DAYS?|TAGEN?|DAGEN|DAGAR|DAGE|JOURS?|DIAS|GIORNI|DNI)(?![A-Z])';
const PLAIN: RegExp[] = [
  /(?<![A-Z])NET(?:T|TO)?[ -]?(\d{1,3})(?:[ -]?DAYS?)?(?![\d.,%A-Z])/,
  new RegExp(
    `(?:DUE|PAYABLE|PAYMENT|PAY|ZAHLBAR|ZAHLUNG|BEZAHLEN|BETALEN|BETALING|BETAALTERMIJN|PAYABLE|PAIEMENT|REGLEMENT|PAGO|PAGAMENTO|PAGAR|TERMS?)[^\\d%]{0,40}${DAYS}`,
  ),
  new RegExp(`${DAYS} (?:NETTO?|NETT|NET|REIN NETTO)(?![A-Z])`),
];
/** Rebates for early payment and month ends are no plain terms. */
const NOT_PLAIN =
  /SKONTO|DISCOUNT|ESCOMPTE|FIN DE MOIS|END OF MONTH|\bEOM\b|MONATSENDE|FINE MESE|RETURN|EINWAND|WITHIN \d+ DAYS OF RECEIPT/;
const LABELS = labelSet([
  '(?:PAYMENT TERMS?|TERMS OF PAYMENT|ZAHLUNGSBEDINGUNG(?:EN)?|BETALINGSCONDITIES|BETAALTERMIJN|BETALINGSTERMIJN|CONDITIONS? DE (?:PAIEMENT|REGLEMENT)|CONDICIONES DE PAGO|CONDIZIONI DI PAGAMENTO|CONDICOES DE PAGAMENTO|TERMS ?:)(?![A-Z])',
  5,
]);
const LONGEST_TERMS = 80;

/** What an invoice says of when to pay: "Net 30", "Zahlbar innerhalb 14 Tagen", or the text beside its label. */
export function findTerms(sheet: Sheet): Terms | undefined {
  for (const { line, folded } of sheet.flat()) {
    if (readingOf(line).digits === 0 || NOT_PLAIN.test(folded)) continue;
    for (const pattern of PLAIN) {
      const match = pattern.exec(folded);
      const days = Number(match?.[1] ?? -1);
      if (!match || days < 0 || days > 366) continue;
      const value =
        line.text.length <= LONGEST_TERMS
          ? afterLabel(line.text)
          : line.text.slice(match.index, match.index + match[0].length);
      return { days, found: { value, confidence: 0.9 * line.confidence, lines: [line.index] } };
    }
  }
  const [labelled] = nearLabels(sheet, LABELS, ({ line: { text } }, from) => {
    const value = text
      .slice(from)
      .replace(/^[\s.:#-]+/, '')
      .trim();
    return value.length >= 3 && value.length <= LONGEST_TERMS
      ? [{ value, start: text.length - value.length, end: text.length }]
      : [];
  }).sort((a, b) => b.score - a.score);
  if (!labelled) return undefined;
  const { value, cell } = labelled;
  return { days: undefined, found: { value, confidence: 0.75 * cell.line.confidence, lines: [cell.line.index] } };
}

/** "Terms: Net 30" gives "Net 30". */
function afterLabel(text: string): string {
  return text.slice(text.lastIndexOf(':') + 1).trim() || text;
}
