import { expect, it } from 'vitest';
import { toText, toTexts } from './text.ts';

it.each([
  ['HARDWARE TRADING\nTOTAL 12.50', 'HARDWARE TRADING\nTOTAL 12.50\n'],
  ['one line\n', 'one line\n'],
  ['', ''],
])('the text %j is the file %j', (text, file) => {
  expect(toText({ text })).toBe(file);
});

it('several results stand on pages of their own', () => {
  expect(toTexts([{ text: 'a' }, { text: '' }, { text: 'b' }])).toBe('a\n\f\fb\n');
});
