/** How many characters are wrong. */

/** Edits from what was read to the truth (Levenshtein), by code points of NFC. */
export function edits(truth: string, read: string): number {
  const [a, b] = [truth, read].map((text) => [...comparable(text)]) as [string[], string[]];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** @returns how many characters there are to be read. */
export function length(truth: string): number {
  return [...comparable(truth)].length;
}

function comparable(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}
