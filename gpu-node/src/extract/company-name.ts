import { fold } from './fold.ts';

/** Legal forms that are hardly ever anything else. */
const CLEAR_FORMS =
  'PVT\\.? ?LTD|PRIVATE LIMITED|PTE\\.? ?LTD|PTY\\.? ?LTD|CO\\.?,? LTD|LIMITED|LTD|LLC|L\\.L\\.C|INC|INCORPORATED|CORP|CORPORATION|PLC|LLP|GMBH(?: & CO\\.? ?KG)?|GGMBH|OHG|B\\.V|N\\.V|S\\.A\\.S|SASU?|S\\.A\\.R\\.L|SARL|EURL|S\\.A\\.U|S\\.A|S\\.L\\.U|S\\.L|S\\.R\\.L|SRL|S\\.P\\.A|LTDA|LDA|OYJ?|APS|A/S|SP\\. ?Z ?O\\. ?O|S\\.R\\.O|KFT|SDN\\.? ?BHD|BERHAD|E\\.K';
/** Short words that are legal forms only at the end of a name. */
const SHORT_FORMS = 'AG|KG|UG|BV|NV|SA|SL|SpA|SPA|AB|AS|ASA|SE|eG|eV';
const CLEAR = new RegExp(`(?<![A-Z0-9])(?:${CLEAR_FORMS})(?![A-Z0-9])\\.?`, 'g');
/** In the text as it is printed: "ab" and "as" are words. */
const SHORT = new RegExp(`(?<![\\p{L}\\d])(?:${SHORT_FORMS})(?![\\p{L}\\d])`, 'gu');
/** A form needs a name before it. */
const AFTER_NAME = /[A-Z0-9)&.!]{2},? ?$|[A-Z0-9)!],? $/;
const ANY_FORM = new RegExp(`,? ?(?<![A-Z0-9])(?:${CLEAR_FORMS}|${SHORT_FORMS.toUpperCase()})(?![A-Z0-9])\\.?\\W*$`);
/** Small words inside names. Not the German articles: they stand before names in sentences, after a noun with a capital. */
const JOINING = /^(?:&|\+|and|of|und|et|en|y|e|de|del|della|di|da|do|dos|das|des|du|la|le|les|van|von|zu|zur|für)$/;
const MAX_WORDS = 7;
/** Legal forms looked at in one line. */
const MAX_TRIES = 4;
/** Words that stand before a name in a sentence although they begin with a capital, and labels. */
const NOT_NAME =
  /^(?:THE|BY|OF|FROM|TO|FOR|DER|DIE|DAS|DEN|DEM|BEI|VON|VAN|DE|DU|LA|LE|BIJ|DOOR|PAR|POR|DA|SOLD|WITH|AND|COPYRIGHT|©|REGD|OFFICE|COMPANY|NAME|IS|AN|AT|IM|UND)\.?:?$/;

export interface CompanyName {
  /** As printed, with its legal form. */
  name: string;
  /** Letters and digits without the legal form, by which mentions of the same company are told. */
  key: string;
}

/** @param folded The same text as fold gives it. */
/** Names that end in a legal form: "… are sold by Amazon Web Services, Inc." gives "Amazon Web Services, Inc.". */
export function legalNames(text: string, folded = fold(text)): CompanyName[] {
  const names: CompanyName[] = [];
  let tries = 0;
  for (const pattern of [CLEAR, SHORT]) {
    for (const match of (pattern === CLEAR ? folded : text).matchAll(pattern)) {
      if (names.length >= 3) return names;
      if (++tries > MAX_TRIES) return names;
      if (!AFTER_NAME.test(folded.slice(Math.max(0, match.index - 4), match.index))) continue;
      const end = match.index + match[0].length;
      const words = wordsBefore(text.slice(0, match.index));
      if (words === '') continue;
      const name = words + text.slice(match.index, end);
      const key = nameKey(name);
      if (/[A-Z]{2}|[A-Z]\d|\d[A-Z]{2}/.test(key) && !names.some((other) => other.key === key))
        names.push({ name, key });
    }
  }
  return names;
}

/** The capitalised words that lead up to an offset, back to a colon, a dash or a word of a sentence. */
function wordsBefore(text: string): string {
  const tail = text.slice(-80);
  const from = Math.max(
    ...[':', ' - ', '|', '•', '·', ' – ', '"', '©', '('].map(
      (mark) => tail.lastIndexOf(mark) + (tail.includes(mark) ? mark.length : 0),
    ),
  );
  const words = tail.slice(Math.max(0, from)).split(/(?<=\s)/);
  const kept: string[] = [];
  for (let at = words.length - 1; at >= 0 && kept.length < MAX_WORDS; at--) {
    const word = words[at]!.trim();
    if (word === '') continue;
    const joins = JOINING.test(word) && kept.length > 0 && at > 0 && /^[\p{Lu}\d]/u.test(words[at - 1]!);
    if (!joins && (!/^(?:[\p{Lu}\d]|\p{Ll}\p{Lu})/u.test(word) || NOT_NAME.test(fold(word)))) break;
    // A comma divides an address or a list from the name, unless only the legal form follows it.
    if (/[,;]$/.test(word) && kept.length > 0) break;
    if (/\.$/.test(word) && word.length > 5 && kept.length > 0) break;
    kept.unshift(words[at]!);
  }
  return kept.join('').trimStart();
}

/** What is left of a name once its legal form, case, accents and marks are taken out. */
export function nameKey(name: string): string {
  const folded = fold(name.slice(0, 80));
  let bare = folded.replace(ANY_FORM, '');
  bare = bare.replace(ANY_FORM, '');
  return (bare.length >= 2 ? bare : folded).replace(/[^A-Z0-9]/g, '');
}
