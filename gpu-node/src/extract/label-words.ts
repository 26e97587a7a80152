export type Tag =
  | 'total'
  | 'final'
  /** A final sum that is called net: it may be what tax is added to. */
  | 'net'
  /** What is left to pay, of which something may have been paid already. */
  | 'balance'
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

/** Words that give a label its tag; `nearly` where one letter may be wrong. Squashed before they are compared. */
export const WORDS: [tag: Tag, words: readonly string[], nearly?: true][] = [
  ['net', ['NETT TOTAL', 'NET TOTAL', 'TOTAL NET', 'NET AMOUNT', 'NETT AMOUNT', 'NET AMT', 'NETT AMT']],
  ['balance', ['BALANCE', 'AMOUNT DUE', 'AMT DUE', 'TOTAL DUE', 'OUTSTANDING']],
  [
    'final',
    [
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
    ],
    true,
  ],
  ['subtotal', ['SUB TOTAL', 'SUB TTL', 'GROSS AMT', 'GROSS AMOUNT', 'GROSS TOTAL', 'AMOUNT BEFORE'], true],
  ['total', ['TOTAL', 'TOTAAL', 'JUMLAH', 'GESAMT', 'SUMME', 'মোট', 'কুল', 'कुल', '合計', '合计', '총액'], true],
  [
    'final',
    [
      'GESAMTBETRAG',
      'RECHNUNGSBETRAG',
      'ENDBETRAG',
      'BRUTTOSUMME',
      'GESAMTSUMME',
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
      'DO ZAPŁATY',
      'DO ZAPLATY',
      'A REGLER',
      'INVOICE TOTAL',
    ],
  ],
  [
    'subtotal',
    [
      'ZWISCHENSUMME',
      'SUBTOTAAL',
      'NETTOBETRAG',
      'NETTOSUMME',
      'SUMME NETTO',
      'GESAMT NETTO',
      'BASE IMPONIBLE',
      'IMPONIBILE',
      'TOTAL HT',
      'RAZEM NETTO',
      'SUMA NETTO',
      'TOTALE IMPONIBILE',
      'TOTAL ILIQUIDO',
      'TOTAL ILÍQUIDO',
      '小計',
      'TOTAL NET HT',
      'MONTANT HT',
      'SOUS TOTAL',
      'উপমোট',
    ],
  ],
  ['inclusive', ['INCL', 'INKL', 'TTC', 'INC GST', 'INC TAX', 'WITH GST', 'INC. SST']],
  ['exclusive', ['EXCL', 'EXKL', 'HORS TAXE', 'EXC GST', 'BEFORE', 'TAXABLE', 'WITHOUT', 'EX GST']],
  ['count', ['QTY', 'QUANTITY', 'TOTAL ITEM', 'NO OF ITEM', 'ITEM COUNT', 'PIECES', 'TOTAL PCS', 'QIY']],
  [
    'discount',
    [
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
    ],
    true,
  ],
  ['extra', ['GRATUITY', 'DELIVERY', 'SHIPPING', 'FREIGHT', 'POSTAGE', 'VERSAND']],
  ['change', ['CHANGE', 'BAKI', 'CHG DUE', 'RUCKGELD', 'RÜCKGELD', 'WISSELGELD', 'CAMBIO', 'KEMBALI', 'ফেরত']],
  ['tendered', ['TENDER', 'PAID', 'PAYMENT', 'RECEIVED', 'BAYARAN', 'RECEIVE AMT', 'ACCEPTED', 'GEGEBEN', 'ONTVANGEN']],
  ['tax', ['GST', 'TAX', 'MWST', 'UMSATZSTEUER', 'CUKAI', 'ভ্যাট', '消費税', '税额', '부가세']],
  ['service', ['SERVICE CHARGE', 'SERV CHARGE', 'SVC CHG', 'SERVICE CHG', 'SVR TAX', 'SVC CHARGE', 'সার্ভিস চার্জ'], true],
  ['rounding', ['RND ADJ', 'PEMBUNDARAN']],
  [
    'summary',
    [
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
    ],
  ],
  ['points', ['POINT', 'MEMBER', 'DEPOSIT', 'BALANCE BF', 'LOYALTY']],
  [
    'identity',
    [
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
    ],
  ],
  [
    'card',
    [
      'VISA',
      'MASTERCARD',
      'MASTER',
      'DEBIT CARD',
      'CREDIT CARD',
      'AMEX',
      'MYDEBIT',
      'EPAY',
      'EWALLET',
      'BKASH',
      'NAGAD',
      'GRABPAY',
      'TNG',
    ],
  ],
];
