import type { Structured } from '@edge-ocr/shared/contract/result';
import { asciiDigits, mendDigits } from './digits.ts';
import type { Row } from './layout.ts';
import { verhoeffHolds } from './verhoeff.ts';

type IdentityDocument = NonNullable<Structured['documents']>[number];
type Kind = IdentityDocument['kind'];

interface Form {
  kind: Kind;
  /** Where the number may stand in an upper-case row; the capture is the number with its separators. */
  pattern: RegExp;
  valid: (number: string) => boolean;
  /** Words that must stand on the page, where the form alone would match too much. */
  needs?: RegExp;
}

const L = '[A-Z]';
/** A digit, or a letter that recognisers write for one. */
const D = '[0-9OQIL|ZSB]';
const STATES =
  'AN|AP|AR|AS|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TG|TN|TR|TS|UA|UK|UP|WB';

const FORMS: Form[] = [
  {
    kind: 'udyam',
    pattern: new RegExp(`UDYAM ?- ?((?:${STATES}) ?- ?${D}{2} ?- ?${D}{7})(?![A-Z0-9])`, 'g'),
    valid: () => true,
  },
  // The fourth letter tells the holder: person, company, firm and so on.
  {
    kind: 'pan',
    pattern: new RegExp(`(?<![A-Z0-9])(${L}{5}${D}{4}${L})(?![A-Z0-9])`, 'g'),
    valid: (number) => /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(number) && !number.includes('0000'),
  },
  {
    kind: 'driving_licence',
    pattern: new RegExp(
      `(?<![A-Z0-9])((?:${STATES})[ -]?${D}{2}[ -/]{0,3}(?:19|20)${D}{2}[ -]?${D}{7})(?![A-Z0-9])`,
      'g',
    ),
    valid: (number) => Number(number.slice(4, 8)) >= 1950 && Number(number.slice(4, 8)) <= 2099,
  },
  {
    kind: 'aadhaar',
    pattern: /(?<![\dA-Z-])([2-9]\d{3}[ -]?\d{4}[ -]?\d{4})(?![ -]?\d|[A-Z])/g,
    valid: verhoeffHolds,
    needs: /AADHA|AADHAR|UIDAI|UNIQUE ?IDENT|GOVERNMENT ?OF ?INDIA|DOB|MALE|आधार/i,
  },
  {
    kind: 'passport',
    pattern: /(?<![A-Z0-9])([A-PR-WY][1-9]\d{5}[1-9])(?![A-Z0-9])/g,
    valid: (number) => /^[A-PR-WY][1-9]\d{5}[1-9]$/.test(number),
    needs: /PASSPORT|REPUBLIC ?OF ?INDIA|P<IND|NATIONALITY/i,
  },
];

/** Where the letters of each form stand; all else is digits and is mended where a letter was read. */
const LETTERS: Record<Kind, (at: number) => boolean> = {
  udyam: (at) => at < 2,
  pan: (at) => at < 5 || at === 9,
  driving_licence: (at) => at < 2,
  aadhaar: () => false,
  passport: (at) => at === 0,
};

/** Indian identity numbers, each once, with whether form and checksum hold. An Aadhaar that fails its checksum needs its words beside it. */
export function findDocuments(rows: readonly Row[]): IdentityDocument[] {
  const texts = rows.map((row) => asciiDigits(row.text.toUpperCase()));
  const found = new Map<string, IdentityDocument>();
  for (const { kind, pattern, valid, needs } of FORMS) {
    const named = needs === undefined || texts.some((text) => needs.test(text));
    for (const text of texts) {
      for (const match of text.matchAll(pattern)) {
        const number = settle(kind, match[1]!);
        const holds = valid(number);
        if (named || (kind === 'aadhaar' && holds)) found.set(number, { kind, number, valid: holds });
      }
    }
  }
  return [...found.values()];
}

function settle(kind: Kind, printed: string): string {
  const compact = printed.replace(/[ /-]/g, '');
  const mended = [...compact]
    .map((mark, at) => (LETTERS[kind](at) ? mark : mendDigits(mark === 'L' ? 'l' : mark)))
    .join('');
  if (kind !== 'udyam') return mended;
  return `UDYAM-${mended.slice(0, 2)}-${mended.slice(2, 4)}-${mended.slice(4)}`;
}
