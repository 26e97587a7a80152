import type { Field, OcrResult } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { suggestionsFor } from './suggestions.ts';

const read = (field: Partial<Field>, said?: string | number | null) =>
  ({
    fields: { date: { value: '2026-03-04', confidence: 0.9, line: 0, lines: [0], polygon: null, ...field } },
    structured: {},
    ...(said !== undefined && { corrections: { date: { value: said, corrected_at: '2026-11-22T10:00:00.000Z' } } }),
  }) as unknown as OcrResult;

describe('what can be said of a field with one click', () => {
  it('is nothing where it is sure or not there', () => {
    expect(suggestionsFor(read({}), 'date')).toEqual([]);
    expect(suggestionsFor(read({}), 'total')).toEqual([]);
  });

  it('is that it is right or not there, where it is unsure', () => {
    const values = suggestionsFor(read({ confidence: 0.5 }), 'date').map(({ value }) => value);
    expect(values).toEqual(['2026-03-04', null]);
  });

  it('is what else it may be', () => {
    const values = suggestionsFor(read({ alternatives: ['2026-04-03'] }), 'date').map(({ value }) => value);
    expect(values).toEqual(['2026-03-04', '2026-04-03']);
  });

  it('is what was read, once it is corrected, and nothing once it is confirmed', () => {
    expect(suggestionsFor(read({ confidence: 0.5 }, null), 'date')).toEqual([
      { text: 'It was 2026-03-04', value: '2026-03-04' },
    ]);
    expect(suggestionsFor(read({ confidence: 0.5 }, '2026-03-04'), 'date')).toEqual([]);
  });
});
