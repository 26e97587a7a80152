import type { Cell, Sheet } from './label-values.ts';
import { overlap, spanOf } from './label-values.ts';

const BUYER =
  /^\W{0,3}(?:BILL(?:ED|ING)?(?: TO)?(?: ADDRESS| DETAILS)?$|BILL(?:ED)? ?TO|BILLING ?(?:TO|ADDRESS|DETAILS)|INVOICED? ?TO|SOLD ?TO|SHIP(?:PED|PING)? ?(?:TO|ADDRESS)|DELIVER(?:Y|ED)? ?(?:TO|ADDRESS)|CUSTOMER(?! ?(?:CARE|SERVICE|SUPPORT|N[O0R]|ID|#))|CLIENT(?:E)?(?! ?(?:N[O0R]|ID|#))|GUEST|BUYER|RECIPIENT|ATTN|ATTENTION|TO ?:|FOR ?:|RECHNUNGS(?:ADRESSE|ANSCHRIFT|EMPFANGER)|LIEFER(?:ADRESSE|ANSCHRIFT)|KUNDE(?:\W|$)|KAUFER|FACTUUR(?:ADRES| AAN)|(?:AF)?LEVERADRES|KLANT(?:\W|$)|ADRESSE DE (?:FACTURATION|LIVRAISON)|FACTURE A(?:\W|$)|LIVRE A(?:\W|$)|DESTINATAIRE|FACTURAR A|DIRECCION DE|DATOS DEL CLIENTE|DESTINATARIO|FATTURARE A|INTESTATARIO|SPETT|FATURAR A|NABYWCA)/;
/** A heading that ends the block of the buyer. */
const OTHER_PARTY =
  /^\W{0,3}(?:FROM|SELLER|SOLD ?BY|VENDOR|SUPPLIER|ISSUED ?BY|SERVICE PROVIDER|INVOICE|FACTU|RECHNUNG|FATTURA|DATE|ORDER|VERKAUFER|LEVERANCIER|FOURNISSEUR|PROVEEDOR|FORNITORE|SPRZEDAWCA|PAYMENT|PAYABLE|PAYEE|BANK|IBAN|ACCOUNT|DESCRIPTION|ITEM|QTY|PRODUCT|ARTIKEL|POS|SUB ?TOTAL|TOTAL|TOTAAL|AMOUNT|BALANCE|THANK|NOTES?|TERMS)/;
const MAX_LINES = 8;
const MAX_BLOCKS = 12;

/** Indexes of the lines that speak of the customer: what stands below "Bill to", "Rechnungsadresse" and the like, in their column. */
export function buyerLines(sheet: Sheet): Set<number> {
  const lines = new Set<number>();
  let blocks = 0;
  for (const cell of sheet.flat()) {
    if (!BUYER.test(cell.folded) || ++blocks > MAX_BLOCKS) continue;
    for (const part of blockBelow(sheet, cell)) lines.add(part.line.index);
  }
  return lines;
}

function blockBelow(sheet: Sheet, label: Cell): Cell[] {
  const block = [label];
  let last = label;
  for (const row of sheet.slice(label.row + 1, label.row + 3 * MAX_LINES)) {
    if (block.length > MAX_LINES) break;
    const next = row.find(({ line }) => overlap(spanOf(line, 0, line.text.length), label.line) > 0);
    if (!next) continue;
    const gap = next.line.top - last.line.bottom;
    const flush = Math.abs(next.line.left - label.line.left) < 3 * label.line.height;
    if (next.line.page !== label.line.page || gap > 2 * label.line.height || OTHER_PARTY.test(next.folded)) break;
    if (!flush) continue;
    block.push(next);
    last = next;
  }
  return block;
}
