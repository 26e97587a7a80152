import { describeModel, verifiedFile } from '@edge-ocr/models/manifest';
import { describe, expect, test } from 'vitest';
import { cutAlphabet, latinAlphabet, loadLatinAlphabet } from './alphabet.ts';

describe('latinAlphabet', () => {
  test('classes keep their index in the network’s output when others are filtered away', () => {
    const { classes, space } = latinAlphabet(['疗', 'A', '绚', 'é', '诚', '7', ' ']);
    expect(classes).toEqual([
      { index: 0, text: '' },
      { index: 2, text: 'A' },
      { index: 4, text: 'é' },
      { index: 6, text: '7' },
      { index: 7, text: ' ' },
    ]);
    expect(space).toBe(7);
  });

  test('full-width forms and Chinese punctuation stand for their Latin twins', () => {
    const { classes } = latinAlphabet(['Ａ', '５', '！', '，', '。', '￥', '”', '’', '·']);
    expect(classes.slice(1).map(({ text }) => text)).toEqual(['A', '5', '!', ',', '.', '¥', '"', "'", '.']);
  });

  test('signs of commerce stay, other scripts go', () => {
    const { classes } = latinAlphabet(['€', '₹', '£', '½', '—', 'ß', 'Ω', 'Я', 'ア', '①', 'ab']);
    expect(classes.slice(1).map(({ text }) => text)).toEqual(['€', '₹', '£', '½', '—', 'ß']);
  });

  test('without a space there is no class for it', () => {
    expect(latinAlphabet(['a']).space).toBe(-1);
  });
});

test('cutAlphabet numbers the kept classes anew, in their order, and finds the space among them', () => {
  const cut = cutAlphabet(latinAlphabet(['疗', 'A', '绚', ' ', '7']));
  expect(cut.classes).toEqual(['', 'A', ' ', '7'].map((text, index) => ({ index, text })));
  expect(cut.space).toBe(2);
  expect(cutAlphabet(latinAlphabet(['疗', 'A'])).space).toBe(-1);
});

test('the dictionary of the default recogniser gives one class a line, the blank before and the space behind', async () => {
  const model = describeModel('pp-ocrv4-mobile-rec');
  const { classes, space } = await loadLatinAlphabet(await verifiedFile(model.alphabet!));
  const classCount = Number(model.output.at(-1));
  expect(space).toBe(classCount - 1);
  expect(Math.max(...classes.map(({ index }) => index))).toBe(classCount - 1);
  const texts = new Set(classes.map(({ text }) => text));
  for (let code = 0x20; code < 0x7f; code++) expect(texts).toContain(String.fromCharCode(code));
});
