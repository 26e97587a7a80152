import { describe, expect, it } from 'vitest';
import { mendPlaces } from './places.ts';

describe('mendPlaces', () => {
  it.each([
    ['47500 SUBANG JAYA, GELANGOR', '47500 SUBANG JAYA, SELANGOR'],
    ['40300 Shah Alan, Selamgor.', '40300 Shah Alam, Selangor.'],
    ['50200 KUALA LUMFUR', '50200 KUALA LUMPUR'],
    ['KAWASAN PERINDUSTRLAN', 'KAWASAN PERINDUSTRIAN'],
  ])('%s', (text, mended) => expect(mendPlaces(text)).toBe(mended));

  it.each(['SELANGOR', 'BUILDINGS', 'SHAH ALI', 'KUALA KANGSAR', 'JALAN ALAN', 'PETALING STREET', ''])(
    'leaves %s',
    (text) => expect(mendPlaces(text)).toBe(text),
  );
});
