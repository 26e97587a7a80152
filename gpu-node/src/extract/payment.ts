import type { Found } from './found.ts';
import { squash } from './keywords.ts';
import type { Row } from './layout.ts';
import { amountsIn, squashedOf } from './row-readings.ts';

/** Squashed words (see squash) by the name that the result gives. */
const METHODS: [string, RegExp][] = [
  ['bkash', /BKASH|বিকাশ/],
  ['nagad', /NAGAD|নগদ/],
  ['rocket', /^ROCKET/],
  ['visa', /VISA/],
  ['mastercard', /MASTERCARD|^MASTER/],
  ['amex', /AMEX|AMERICANEXPRESS/],
  ['debit_card', /DEBITCARD|MYDEBIT|^DEBIT/],
  ['credit_card', /CREDITCARD|^CREDIT(?:RM)?$/],
  ['upi', /^UPI/],
  ['e_wallet', /EWAIIET|TOUCHNGO|TNG|GRABPAY|BOOST|AIIPAY|WECHATPAY|PAYTM/],
  ['card', /^CB$|CARTEBANCAIRE|GIROCARD|KARTENZAHIUNG|^PINBETAIING|CARDPAYMENT|CARDSAIE|^CARD$|^CARDS$/],
  ['bank_transfer', /BANKTRANSFER|UBERWEISUNG|ÜBERWEISUNG|^NEFT|^IMPS/],
  ['voucher', /^(?:GIFT)?VOUCHER$|^GIFTCARD/],
  ['cheque', /^CHEQUE|^CHECKNO/],
  ['cash', /CASH(?!I|B|SA|REF|ROU|BACK|MEM)|TUNAI/],
];

/** How the bill was paid: a word of payment, best with an amount beside it; cash loses to a card that is also named. */
export function findPaymentMethod(rows: readonly Row[]): Found | undefined {
  let best: { found: Found; score: number } | undefined;
  rows.forEach((row, at) => {
    const amounts = amountsIn(row);
    const squashed = amounts[0] ? squash(row.text.slice(0, amounts[0].start)) : squashedOf(row);
    const method = squashed.length <= 30 ? METHODS.find(([, word]) => word.test(squashed)) : undefined;
    if (!method || /REFUND|NOTRETURN|ACCEPT/.test(squashed)) return;
    const paid = amounts.some((amount) => amount.value !== 0);
    const score = (paid ? 4 : 1) + (method[0] === 'cash' ? 0 : 0.5) + at / (2 * rows.length);
    if (best && best.score >= score) return;
    const line = row.lines[0]!;
    best = {
      score,
      found: { value: method[0], confidence: line.confidence * (paid ? 0.95 : 0.6), lines: [line.index] },
    };
  });
  return best?.found;
}
