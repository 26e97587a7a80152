import { anyOf, nearlyAnyOf, squash } from './keywords.ts';

export type Tag =
  | 'total'
  | 'final'
  | 'subtotal'
  | 'inclusive'
  | 'exclusive'
  | 'count'
  | 'discount'
  | 'change'
  | 'cash'
  | 'tendered'
  | 'card'
  | 'tax'
  | 'service'
  | 'rounding'
  | 'summary'
  | 'points'
  | 'identity'
  | 'rate'
  | 'amount'
  /** A tax that the total already holds: "GST @6% INCLUDED IN TOTAL". */
  | 'contained'
  /** What is added besides service: a tip, delivery. */
  | 'extra';

const TESTS: [Tag, (squashed: string) => boolean][] = [
  [
    'final',
    nearlyAnyOf(
      'GRAND TOTAL',
      'NETT TOTAL',
      'NET TOTAL',
      'TOTAL NET',
      'AMOUNT DUE',
      'AMT DUE',
      'TOTAL DUE',
      'BALANCE DUE',
      'TOTAL PAYABLE',
      'TOTAL PAY',
      'AMOUNT PAYABLE',
      'AMT PAYABLE',
      'TO PAY',
      'NET AMOUNT',
      'NETT AMOUNT',
      'NET AMT',
      'NETT AMT',
      'ROUNDED TOTAL',
      'TOTAL ROUNDED',
      'TOTAL AFTER',
      'AFTER ROUNDING',
      'AFTER ADJ',
      'FINAL TOTAL',
      'BILL TOTAL',
      'TOTAL BILL',
      'NET PAYABLE',
      'সর্বমোট',
    ),
  ],
  ['subtotal', nearlyAnyOf('SUB TOTAL', 'SUB TTL', 'GROSS AMT', 'GROSS AMOUNT', 'GROSS TOTAL', 'AMOUNT BEFORE')],
  ['total', nearlyAnyOf('TOTAL', 'TOTAAL', 'JUMLAH', 'GESAMT', 'SUMME', 'মোট', 'কুল', 'कुल', '合計', '合计', '총액')],
  [
    'final',
    anyOf(
      'GESAMTBETRAG',
      'RECHNUNGSBETRAG',
      'ENDBETRAG',
      'ZU ZAHLEN',
      'TE BETALEN',
      'NET A PAYER',
      'TOTAL A PAYER',
      'TOTAL TTC',
      'IMPORTE TOTAL',
      'TOTAL A PAGAR',
      'TOTALE COMPLESSIVO',
      'ATT BETALA',
      'ZAHLBETRAG',
      'FACTUURBEDRAG',
      'MONTANT TOTAL',
      'MONTANT TTC',
      'TOTAL FACTUR',
      'TOTALE FATTURA',
      'TOTALE DOCUMENTO',
      'TOTALE DA PAGARE',
      'TOTAL DA FATURA',
      'INVOICE TOTAL',
    ),
  ],
  [
    'subtotal',
    anyOf(
      'ZWISCHENSUMME',
      'SUBTOTAAL',
      'NETTOBETRAG',
      'SUMME NETTO',
      'GESAMT NETTO',
      'BASE IMPONIBLE',
      'IMPONIBILE',
      'TOTAL HT',
      'TOTAL NET HT',
      'MONTANT HT',
      'SOUS TOTAL',
      'উপমোট',
    ),
  ],
  ['inclusive', anyOf('INCL', 'INKL', 'TTC', 'INC GST', 'INC TAX', 'WITH GST', 'INC. SST')],
  ['exclusive', anyOf('EXCL', 'EXKL', 'HORS TAXE', 'ZZGL', 'EXC GST', 'BEFORE', 'TAXABLE', 'WITHOUT', 'EX GST')],
  ['count', anyOf('QTY', 'QUANTITY', 'TOTAL ITEM', 'NO OF ITEM', 'ITEM COUNT', 'PIECES', 'TOTAL PCS', 'QIY')],
  [
    'discount',
    nearlyAnyOf(
      'DISCOUNT',
      'SAVING',
      'REBATE',
      'VOUCHER',
      'DISC',
      'YOU SAVE',
      'COUPON',
      'RABATT',
      'REMISE',
      'KORTING',
      'DESCUENTO',
      'DISKAUN',
      'ছাড়',
    ),
  ],
  ['extra', anyOf('GRATUITY', 'DELIVERY', 'SHIPPING', 'FREIGHT', 'POSTAGE', 'VERSAND')],
  ['change', anyOf('CHANGE', 'BAKI', 'CHG DUE', 'RUCKGELD', 'RÜCKGELD', 'WISSELGELD', 'CAMBIO', 'KEMBALI', 'ফেরত')],
  [
    'tendered',
    anyOf('TENDER', 'PAID', 'PAYMENT', 'RECEIVED', 'BAYARAN', 'RECEIVE AMT', 'ACCEPTED', 'GEGEBEN', 'ONTVANGEN'),
  ],
  ['tax', anyOf('GST', 'TAX', 'MWST', 'UMSATZSTEUER', 'CUKAI', 'ভ্যাট', '消費税', '税额', '부가세')],
  [
    'service',
    nearlyAnyOf('SERVICE CHARGE', 'SERV CHARGE', 'SVC CHG', 'SERVICE CHG', 'SVR TAX', 'SVC CHARGE', 'সার্ভিস চার্জ'),
  ],
  // Ground coffee is no rounding.
  ['rounding', (squashed) => /(?<!G)ROUND/.test(squashed) || anyOf('RND ADJ', 'PEMBUNDARAN')(squashed)],
  [
    'summary',
    anyOf(
      'GST SUMMARY',
      'GST SUMMERY',
      'GST SUMARY',
      'TAX SUMMARY',
      'VAT SUMMARY',
      'GST ANALYSIS',
      'TAX CODE',
      'TAX INFO',
      'GST DETAIL',
      'SST SUMMARY',
    ),
  ],
  ['points', anyOf('POINT', 'MEMBER', 'DEPOSIT', 'BALANCE BF', 'LOYALTY')],
  [
    'identity',
    anyOf(
      'GST ID',
      'GST NO',
      'GST REG',
      'TAX ID',
      'TAX INVOICE',
      'REG NO',
      'SST ID',
      'SST NO',
      'VAT REG',
      'TAX INV',
      'VAT NO',
    ),
  ],
];

const CASH_WORD =
  /CASH(?!I|B|SA|REF|ROU|BACK|MEM)|TUNAI|^(?:GEG(?:EBEN)?)?BAR(?:EUR)?$|^BARGEID|^CONTANT|^ESPECES|^EFECTIVO|নগদ/;
/** Short names of taxes, which are parts of other words. */
const TAX_WORD = /(?<!\p{L})(?:TVA|BTW|IVA|MVA|UST|HST|QST|KDV|PPN|DPH|MOMS)(?!\p{L})/iu;
/** The same where spaces may be lost, but not in PRIVATE, ELEVATOR or BONUS STAMPS. */
const TAX_LETTERS = /^SST|TOTAISST|SST(?=ID|NO|REG|PAY|AMT|$)|(?<!RI|ER)VAT(?!E|OR|ION)/;
const CONTAINED =
  /^(?!TOTA[IL](?!INCIUDES)).*(?:(?:GST|SST|VAT|TAX).{0,6}INCI(?:UDED|UNEA|USIVEIN|INTOTA)|TOTAIINCIUDES)/;
const CARD_WORD = /VISA|MASTERCARD|MASTER|DEBITCARD|CREDITCARD|AMEX|MYDEBIT|EPAY|EWAIIET|BKASH|NAGAD|GRABPAY|TNG/;

/** What a label says about the amount beside it. */
export function tagsOf(label: string): Set<Tag> {
  const tags = new Set<Tag>();
  // Most of a table's columns have no word.
  if (!/[\p{L}]/u.test(label)) return tags;
  const squashed = squash(label);
  if (squashed.length < 2) return tags;
  for (const [tag, test] of TESTS) if (test(squashed)) tags.add(tag);
  if (CASH_WORD.test(squashed)) tags.add('cash');
  if (CARD_WORD.test(squashed) || /^CREDIT(RM)?$/.test(squashed)) tags.add('card');
  if (/^(NET)?(AMOUNT|AMT)(RM|TK|RS)?$/.test(squashed)) tags.add('amount');
  if (/\d ?%/.test(label)) tags.add('rate');
  if (TAX_WORD.test(label) || TAX_LETTERS.test(squashed)) tags.add('tax');
  if (/GSTIN(?!C)/.test(squashed)) tags.add('identity');
  if (/^ITEMS|ITEMS$/.test(squashed)) tags.add('count');
  // "Steuer % Netto Steuer Brutto" heads the taxes of a German bill.
  if (/STEUER.{0,12}NETTO|NETTO.{0,12}STEUER|TVA.{0,12}HT/.test(squashed)) tags.add('summary');
  if (tags.has('tax') && CONTAINED.test(squashed)) {
    tags.add('contained');
    for (const tag of ['inclusive', 'total', 'final'] as const) tags.delete(tag);
  }
  if (/^TIPS?$/.test(squashed)) tags.add('extra');
  if (tags.has('final')) tags.add('total');
  return tags;
}
