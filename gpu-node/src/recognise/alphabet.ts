import { readFile } from 'node:fs/promises';

/** One output class of the recogniser and the text it stands for. */
export interface OutputClass {
  readonly index: number;
  /** Empty for the blank. */
  readonly text: string;
}

/** The classes a recogniser may answer with for the configured languages; the others are never looked at. */
export interface Alphabet {
  /** The blank first. */
  readonly classes: readonly OutputClass[];
  /** Index of the class for a space, −1 when there is none. */
  readonly space: number;
}

/** Look-alikes that mean an ASCII character when they stand in Latin text. */
const LATIN_FORMS: Record<string, string> = {
  '，': ',',
  '。': '.',
  '、': ',',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '￥': '¥',
  '·': '.',
};
/** Printable ASCII, the Latin letters of Western and Central Europe, currency signs, and a few signs of commerce. */
const LATIN = /^[\u0020-\u007e\u00a1-\u017f\u20a0-\u20bf‐-―…™№½¼¾]$/;

/**
 * Read a dictionary (one character a line; class 0 is the blank, class i is line i, the last class is the space) and
 * keep the classes that Latin-script text needs. Full-width forms count as their ASCII characters.
 */
export async function loadLatinAlphabet(file: string): Promise<Alphabet> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return latinAlphabet([...lines, ' ']);
}

export function latinAlphabet(characters: readonly string[]): Alphabet {
  const classes = characters
    .map((character, i) => ({ index: i + 1, text: latinForm(character) }))
    .filter(({ text }) => LATIN.test(text));
  return { classes: [{ index: 0, text: '' }, ...classes], space: characters.lastIndexOf(' ') + 1 || -1 };
}

/** The alphabet of a recogniser whose classifier was cut down to exactly these classes, in this order. */
export function cutAlphabet({ classes, space }: Alphabet): Alphabet {
  return {
    classes: classes.map(({ text }, index) => ({ index, text })),
    space: classes.findIndex(({ index }) => index === space),
  };
}

function latinForm(character: string): string {
  if (LATIN_FORMS[character] !== undefined) return LATIN_FORMS[character];
  const isFullWidth = character >= '\uff01' && character <= '\uff5e';
  return isFullWidth ? character.normalize('NFKC') : character;
}
