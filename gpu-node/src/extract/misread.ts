/** Digits that recognisers take for each other. */
const CONFUSED = new Set('03 06 08 09 14 17 27 35 38 39 49 56 58 59 68 69 89'.split(' '));

/**
 * Whether one amount can be a misreading of the other: one digit differs, or two that look alike, or one was lost, or the
 * point was.
 * @param a, b Amounts in thousandths.
 */
export function isMisreading(a: number, b: number): boolean {
  if (a === b) return false;
  const [one, other] = [digitsOf(a), digitsOf(b)];
  if (isWithoutPoint(a, b) || isWithoutPoint(b, a)) return true;
  if (one.length === other.length) return differsLittle(one, other);
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.length - short.length === 1 && short.length >= 2 && lacksOne(short, long);
}

/** "287" for 2.87 */
export function isWithoutPoint(printed: number, meant: number): boolean {
  return meant !== 0 && printed === meant * 100;
}

/** Without the last place, which is 0 for all but three currencies' amounts. */
function digitsOf(value: number): string {
  const digits = String(Math.abs(value));
  return digits.endsWith('0') ? digits.slice(0, -1).padStart(3, '0') : digits.padStart(4, '0');
}

function differsLittle(a: string, b: string): boolean {
  const pairs = [...a].flatMap((digit, at) => (digit === b[at] ? [] : [[digit, b[at]!].sort().join('')]));
  return pairs.length === 1 || (pairs.length === 2 && a.length >= 4 && pairs.every((pair) => CONFUSED.has(pair)));
}

function lacksOne(short: string, long: string): boolean {
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(at) === long.slice(at + 1);
}
