/**
 * What a UTF-16 code unit is, worked out once for each and kept: a pattern with \p{L} costs many times as much, and every
 * reading asks it of every character.
 */
const KNOWN = new Uint8Array(0x10000);
const SEEN = 1;
const LETTER = 2;
const MARK = 4;
const BLANK = 8;

function kindOf(code: number): number {
  const known = KNOWN[code]!;
  if (known !== 0) return known;
  const character = String.fromCharCode(code);
  let kind = SEEN;
  if (/\p{L}/u.test(character)) kind |= LETTER;
  if (/\p{M}/u.test(character)) kind |= MARK;
  if (/[\s\u200e\u200f\u061c]/.test(character)) kind |= BLANK;
  KNOWN[code] = kind;
  return kind;
}

/** Whether it is a letter of any script. False for NaN, which is what stands beyond a text's ends. */
export function isLetter(code: number): boolean {
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return code >= 128 && (kindOf(code) & LETTER) !== 0;
}

/** The same, and marks that belong to letters, such as the vowels of Bengali. */
export function isLetterOrMark(code: number): boolean {
  return code < 128 ? isLetter(code) : code >= 128 && (kindOf(code) & (LETTER | MARK)) !== 0;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Spaces that print nothing, and the marks that turn the direction of writing. */
export function isBlank(code: number): boolean {
  return code === 32 || (code !== 32 && code >= 0 && (kindOf(code) & BLANK) !== 0);
}

/** Units changed at once; longer texts are changed piece by piece. */
const BUFFER = new Uint16Array(1024);

/**
 * A text with every code unit exchanged for one other, so that offsets stay true. Each answer is kept, for working one out
 * may need a normalisation.
 */
export function unitMapper(of: (character: string) => string): (text: string) => string {
  const known = new Uint16Array(0x10000);
  return (text) => {
    let mapped = '';
    for (let from = 0; from < text.length; from += BUFFER.length) {
      const length = Math.min(BUFFER.length, text.length - from);
      for (let at = 0; at < length; at++) {
        const code = text.charCodeAt(from + at);
        BUFFER[at] = known[code] ||= of(String.fromCharCode(code)).charCodeAt(0);
      }
      // Spreading a typed array goes through its iterator, at ten times the cost.
      mapped += Reflect.apply(String.fromCharCode, null, BUFFER.subarray(0, length));
    }
    return mapped;
  };
}

export function countDigits(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (isDigit(text.charCodeAt(at))) count++;
  return count;
}

export function countLetters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (isLetter(text.charCodeAt(at))) count++;
  return count;
}

/** All but ASCII and those letters of Hindi and Bengali that have one form alone. */
const COMPOSED = /[\u0080-\u08ff\u0929-\u0934\u0958-\u095f\u09d7-\u09df\u0a00-\uffff]|\u09c7[\u09be\u09d7]/;

/** Whether normalising could change a text. It is dear, and most texts have one form alone. */
export function mayDecompose(text: string): boolean {
  return COMPOSED.test(text);
}

/** Whether two letters of any script stand beside each other. */
export function hasWord(text: string): boolean {
  let before = false;
  for (let at = 0; at < text.length; at++) {
    const letter = isLetter(text.charCodeAt(at));
    if (letter && before) return true;
    before = letter;
  }
  return false;
}
