/** How many characters are wrong. */
import { editDistance } from '@edge-ocr/gpu-node/edit-distance';

/** Edits from what was read to the truth, by code points of NFC. */
export function edits(truth: string, read: string): number {
  return editDistance([...comparable(truth)], [...comparable(read)]);
}

/** @returns how many characters there are to be read. */
export function length(truth: string): number {
  return [...comparable(truth)].length;
}

function comparable(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}
