import { describe, expect, it } from 'vitest';
import { OcrError } from '../errors.ts';
import { canonicalOptions, parseOcrOptions } from './options.ts';

function refusalOf(input: Record<string, unknown>): OcrError {
  try {
    parseOcrOptions(input);
  } catch (error) {
    if (error instanceof OcrError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(input)}`);
}

describe('options', () => {
  it('have defaults', () => {
    expect(parseOcrOptions({})).toEqual({
      type: 'product',
      confidence_threshold: 0.8,
      extract_barcodes: true,
      language: 'en',
    });
  });

  it.each([
    [{ confidence_threshold: '0.25' }, { confidence_threshold: 0.25 }],
    [{ confidence_threshold: '.5' }, { confidence_threshold: 0.5 }],
    [{ confidence_threshold: 1 }, { confidence_threshold: 1 }],
    [{ extract_barcodes: 'false' }, { extract_barcodes: false }],
    [{ extract_barcodes: '1' }, { extract_barcodes: true }],
    [{ extract_barcodes: false }, { extract_barcodes: false }],
    [{ language: 'en,bn' }, { language: 'en,bn' }],
    [{ type: 'invoice' }, { type: 'invoice' }],
  ])('%j may come as text or as JSON', (input, parsed) => {
    expect(parseOcrOptions(input)).toMatchObject(parsed);
  });

  it.each([
    ['type', 'poem'],
    ['type', ''],
    ['confidence_threshold', '-0.1'],
    ['confidence_threshold', -0.1],
    ['confidence_threshold', '2'],
    ['confidence_threshold', 'NaN'],
    ['confidence_threshold', '0x1'],
    ['confidence_threshold', '1e-3'],
    ['confidence_threshold', ''],
    ['extract_barcodes', 'maybe'],
    ['extract_barcodes', ''],
    ['language', 'xx'],
    ['language', 'en,'],
    ['language', 'EN'],
    ['language', ['en', 'bn']],
  ])('%s = %j is refused by name, without its value', (name, value) => {
    const error = refusalOf({ [name]: value });
    expect(error.code).toBe('INVALID_REQUEST');
    expect(error.message).toContain(`Option ${name}:`);
    expect(error.suggestion).toContain('Known options');
    if (typeof value === 'string' && value.length > 3) {
      expect(JSON.stringify(error.toEnvelope('id'))).not.toContain(value);
    }
  });

  it('that are unknown are refused, their names made safe to show', () => {
    expect(refusalOf({ colour: 'red' }).message).toBe('Option colour: is not known');
    const hostile = refusalOf({ ['<script>'.repeat(20)]: '1' });
    expect(hostile.message).not.toMatch(/[<>]/);
    expect(hostile.message.length).toBeLessThan(80);
  });
});

describe('canonical options', () => {
  const of = (input: Record<string, unknown>) => canonicalOptions(parseOcrOptions(input));

  it('are equal when the options mean the same', () => {
    expect(of({ language: 'bn,en' })).toBe(of({ language: 'en,bn' }));
    expect(of({ language: 'en,en' })).toBe(of({ language: 'en' }));
    expect(of({ confidence_threshold: '0.80' })).toBe(of({ confidence_threshold: 0.8 }));
    expect(of({ extract_barcodes: '1' })).toBe(of({}));
    expect(of({ confidence_threshold: '.5', type: 'receipt' })).toBe(
      of({ type: 'receipt', confidence_threshold: 0.5 }),
    );
  });

  it('differ when any option differs', () => {
    const variants = [
      {},
      { type: 'receipt' },
      { type: 'barcode' },
      { confidence_threshold: 0.7999 },
      { extract_barcodes: false },
      { language: 'bn' },
      { language: 'en,bn' },
    ];
    expect(new Set(variants.map(of)).size).toBe(variants.length);
  });
});
