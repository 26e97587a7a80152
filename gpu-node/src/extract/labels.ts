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
  | 'amount';

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
  ['total', nearlyAnyOf('TOTAL', 'JUMLAH', 'GESAMT', 'SUMME', 'মোট')],
  ['inclusive', anyOf('INCL', 'INC GST', 'INC TAX', 'WITH GST', 'INC. SST')],
  ['exclusive', anyOf('EXCL', 'EXC GST', 'BEFORE', 'TAXABLE', 'WITHOUT', 'EX GST')],
  ['count', anyOf('QTY', 'QUANTITY', 'TOTAL ITEM', 'NO OF ITEM', 'ITEM COUNT', 'ITEMS', 'PIECES', 'TOTAL PCS', 'QIY')],
  ['discount', nearlyAnyOf('DISCOUNT', 'SAVING', 'REBATE', 'VOUCHER', 'DISC', 'YOU SAVE', 'COUPON')],
  ['change', anyOf('CHANGE', 'BAKI', 'CHG DUE')],
  ['tendered', anyOf('TENDER', 'PAID', 'PAYMENT', 'RECEIVED', 'BAYARAN', 'RECEIVE AMT', 'ACCEPTED')],
  ['tax', anyOf('GST', 'SST', 'VAT', 'TAX', 'MWST', 'ভ্যাট')],
  [
    'service',
    nearlyAnyOf('SERVICE CHARGE', 'SERV CHARGE', 'SVC CHG', 'SERVICE CHG', 'SVR TAX', 'SVC CHARGE', 'SERVICE TAX'),
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
      'GSTIN',
      'VAT REG',
      'TAX INV',
      'VAT NO',
    ),
  ],
];

const CASH_WORD = /CASH(?!I|B|SA|REF|ROU|BACK|MEM)|TUNAI/;
const CARD_WORD = /VISA|MASTERCARD|MASTER|DEBITCARD|CREDITCARD|AMEX|MYDEBIT|EPAY|EWAIIET|BKASH|NAGAD|GRABPAY|TNG/;

/** What a label says about the amount beside it. */
export function tagsOf(label: string): Set<Tag> {
  const squashed = squash(label);
  const tags = new Set<Tag>();
  if (squashed.length < 2) return tags;
  for (const [tag, test] of TESTS) if (test(squashed)) tags.add(tag);
  if (CASH_WORD.test(squashed)) tags.add('cash');
  if (CARD_WORD.test(squashed) || /^CREDIT(RM)?$/.test(squashed)) tags.add('card');
  if (/^(NET)?(AMOUNT|AMT)(RM|TK|RS)?$/.test(squashed)) tags.add('amount');
  if (/\d ?%/.test(label)) tags.add('rate');
  if (tags.has('final')) tags.add('total');
  return tags;
}
