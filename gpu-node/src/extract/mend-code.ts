/** Characters that recognisers take for one another, both ways. */
const CONFUSED: Record<string, string> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  Z: '2',
  S: '5',
  G: '6',
  B: '8',
  '0': 'O',
  '1': 'I',
  '2': 'Z',
  '5': 'S',
  '6': 'G',
  '8': 'B',
};
/** Places that are tried. */
const MAX_PLACES = 10;
const MAX_CHANGES = 3;

/**
 * A code of capitals and digits with letters exchanged for the digits they are confused with, so that it holds; with as
 * few changes as can be, and undefined where several codes would hold with as few: then nobody knows. Digits stay: with
 * every digit in question a wrong one would too often find a letter that makes the check digits hold.
 * @param from First place that may be changed.
 */
export function mendUntil(code: string, holds: (code: string) => boolean, from = 0): string | undefined {
  const places = [...code].flatMap((mark, at) => (at >= from && /[A-Z]/.test(mark) && CONFUSED[mark] ? [at] : []));
  for (let changes = 1; changes <= MAX_CHANGES; changes++) {
    const fitting = variants(code, places.slice(0, MAX_PLACES), changes).filter(holds);
    if (fitting.length > 0) return fitting.length === 1 ? fitting[0] : undefined;
  }
  return undefined;
}

function variants(code: string, places: readonly number[], changes: number): string[] {
  if (changes === 0) return [code];
  return places.flatMap((at, index) =>
    variants(code.slice(0, at) + CONFUSED[code[at]!] + code.slice(at + 1), places.slice(index + 1), changes - 1),
  );
}

/**
 * A code brought into a form of which digits stand at 9, letters at @, either at * and any other sign for itself; undefined
 * where a sign is not among those that are confused with what the form wants.
 */
export function mendByForm(code: string, form: string): string | undefined {
  let mended = '';
  for (let at = 0; at < form.length; at++) {
    const [mark, want] = [code[at] ?? '', form[at]!];
    const fitting = fitsForm(mark, want) ? mark : CONFUSED[mark];
    if (fitting === undefined || !fitsForm(fitting, want)) return undefined;
    mended += fitting;
  }
  return code.length === form.length ? mended : undefined;
}

function fitsForm(mark: string, want: string): boolean {
  if (want === '9') return mark >= '0' && mark <= '9';
  if (want === '@') return mark >= 'A' && mark <= 'Z';
  return want === '*' ? /^[A-Z0-9]$/.test(mark) : mark === want;
}
