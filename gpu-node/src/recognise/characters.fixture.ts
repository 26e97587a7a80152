/** For tests: characters as the recogniser gives them. */
import type { CtcCharacter } from './ctc.ts';
import type { ReadWord } from './words.ts';

/** Each character of `text` `advance` time steps after the one before; `|` is a wide gap with a vote for a space. */
export function spacedOut(text: string, advance = 3, confidence = 0.9): CtcCharacter[] {
  const characters: CtcCharacter[] = [];
  let step = 0;
  let spaceBefore = 0;
  for (const character of text) {
    if (character === '|') {
      step += 2 * advance;
      spaceBefore = 0.6;
      continue;
    }
    characters.push({ text: character, confidence, start: step, end: step + 1, spaceBefore });
    step += advance;
    spaceBefore = 0;
  }
  return characters;
}

/** The same, split into words at each `|`. */
export function spacedWords(text: string, advance = 3, confidence = 0.9): ReadWord[] {
  const characters = spacedOut(text, advance, confidence);
  let at = 0;
  return text.split('|').map((word) => {
    at += word.length;
    return { text: word, characters: characters.slice(at - word.length, at) };
  });
}
