import { type Gs1Element, gs1Element } from './gs1.ts';
import { identifier } from './gs1-identifiers.ts';

/** Identifiers that a GS1 Digital Link may begin with (GS1 Digital Link URI syntax 1.4), and what may follow in the path. */
const QUALIFIERS: Record<string, readonly string[]> = {
  '00': [],
  '01': ['22', '10', '21', '235'],
  '253': [],
  '255': [],
  '401': [],
  '402': [],
  '414': ['254', '7040'],
  '415': ['8020'],
  '417': ['7040'],
  '8003': [],
  '8004': ['7040'],
  '8006': ['22', '10', '21'],
  '8010': ['8011'],
  '8013': [],
  '8017': ['8019'],
  '8018': ['8019'],
};

const GS1_HOST = 'id.gs1.org';
const MAX_LENGTH = 2000;
/** A GTIN may stand in the link without its leading zeros. */
const GTIN_LENGTHS = new Set([8, 12, 13]);

/**
 * The elements of a GS1 Digital Link, such as https://id.gs1.org/01/09521234543213/10/AB?17=261231; null for any other
 * link. Any host may serve one, so elsewhere than at GS1's own the first value must bear a right check digit.
 */
export function parseDigitalLink(text: string): Gs1Element[] | null {
  if (text.length > MAX_LENGTH || !/^https?:\/\//i.test(text)) return null;
  const url = URL.parse(text);
  if (url === null) return null;
  const path = url.pathname.split('/').filter((segment) => segment !== '');
  const key = path.findIndex((segment, i) => segment in QUALIFIERS && (path.length - i) % 2 === 0);
  if (key < 0) return null;
  const elements = pathElements(path.slice(key));
  const [first] = elements ?? [];
  const isTrusted = first?.check_digit === 'valid' || (url.hostname === GS1_HOST && first?.check_digit === undefined);
  if (elements === null || first === undefined || first.malformed || !isTrusted) return null;
  return [...elements, ...attributes(url)];
}

function pathElements(path: readonly string[]): Gs1Element[] | null {
  const allowed = QUALIFIERS[path[0]!]!;
  const elements: Gs1Element[] = [];
  for (let i = 0; i < path.length; i += 2) {
    const ai = path[i]!;
    const value = decode(path[i + 1]!);
    if (value === null || (i > 0 && !allowed.includes(ai))) return null;
    elements.push(gs1Element(ai, ai === '01' && GTIN_LENGTHS.has(value.length) ? value.padStart(14, '0') : value));
  }
  return elements;
}

/** What is not an identifier, such as linkType, is for the server. */
function attributes(url: URL): Gs1Element[] {
  return [...url.searchParams].filter(([ai]) => identifier(ai)).map(([ai, value]) => gs1Element(ai, value));
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null; // a stray percent sign
  }
}
