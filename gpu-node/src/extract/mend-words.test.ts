import { describe, expect, it } from 'vitest';
import { mendWords } from './mend-words.ts';

describe('mendWords', () => {
  it.each([
    ['L0T 12, J1N BESAR', 'LOT 12, JLN BESAR'],
    ['GR0UND FL00R', 'GROUND FLOOR'],
    ['YONG SOON HARDWARE', 'YONG SOON HARDWARE'],
    ['MOON C00K', 'MOON COOK'],
    ['4330O KAJANG', '43300 KAJANG'],
    ['RE5TORAN SEDAP', 'RESTORAN SEDAP'],
    ['JALAN 7/1l8B', 'JALAN 7/118B'],
    ['ACME SON BHD', 'ACME SDN BHD'],
    ['CORNER MART 5/8', 'CORNER MART S/B'],
  ])('%s', (text, mended) => expect(mendWords(text)).toBe(mended));

  it.each([
    'JALAN SS15/4D',
    '1ST FLOOR',
    '99 MART',
    'U13/X',
    'NO. 36G',
    'A-16-1',
    'BATU 8 1/2',
    'SON OF A BAKER',
    'PJS11',
    'JALANASTANA1C',
    'BATU8JALANBESAR',
    'SS5A/11',
  ])('leaves %s', (text) => expect(mendWords(text)).toBe(text));
});
