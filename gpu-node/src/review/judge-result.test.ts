import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { Check, Field, Line } from '@edge-ocr/shared/contract/result';
import { describe, expect, test } from 'vitest';
import { judgeResult } from './judge-result.ts';
import type { PhotoFault } from './photo-faults.ts';

const lineOf = (text: string, confidence: number): Line => ({
  text,
  confidence,
  polygon: [],
  page: 0,
  row: 0,
  words: [],
});
const code = (confidence: number) => ({
  type: 'EAN13',
  value: '4006381333931',
  confidence,
  page: 0,
  bounding_box: { x: 0, y: 0, width: 1, height: 1 },
  polygon: [],
});
interface Read {
  lines?: Line[];
  barcodes?: ReturnType<typeof code>[];
  fields?: Record<string, Field>;
  checks?: Check[];
  faults?: PhotoFault[];
  options?: Record<string, unknown>;
  unread?: string[];
}
const judge = ({ lines = [], barcodes = [], fields = {}, checks = [], faults = [], options = {}, unread = [] }: Read) =>
  judgeResult({ lines, barcodes, fields, checks, faults, options: parseOcrOptions(options), unread });
const field = (value: string | number, confidence: number): Field => ({
  value,
  confidence,
  line: 0,
  lines: [0],
  polygon: [],
});

describe('judgeResult', () => {
  test('confidence is the mean over characters, not over lines', () => {
    expect(judge({ lines: [lineOf('A'.repeat(30), 0.9), lineOf('B'.repeat(10), 0.5)] }).confidence).toBe(0.8);
  });

  test('text decides where there is text, the best code where there is none', () => {
    expect(judge({ lines: [lineOf('AB', 0.7)], barcodes: [code(1)] }).confidence).toBe(0.7);
    expect(judge({ barcodes: [code(0.6), code(0.95)] })).toEqual({
      confidence: 0.95,
      needs_review: false,
      warnings: [],
    });
  });

  test('a check that fails asks for review, one that passes does not', () => {
    const lines = [lineOf('TOTAL 12.50', 0.99)];
    const check = { name: 'items_make_subtotal', fields: ['subtotal'], message: 'The items make 12.00.' };
    expect(judge({ lines, checks: [{ ...check, passed: true }] }).needs_review).toBe(false);
    expect(judge({ lines, checks: [{ ...check, passed: false }] }).needs_review).toBe(true);
  });

  test('a receipt without its total, or unsure of it, is for a person to see, who is told what to look at', () => {
    const lines = [lineOf('TOTAL 12.50', 0.99)];
    const judgeFields = (fields: Record<string, Field>) => judge({ lines, fields, options: { type: 'receipt' } });
    const date = field('2024-03-14', 0.95);
    expect(judgeFields({ date, total: field(12.5, 0.95) }).needs_review).toBe(false);
    expect(judgeFields({ date })).toMatchObject({ needs_review: true, suggestion: expect.stringContaining('total') });
    expect(judgeFields({ date, total: field(12.5, 0.6) }).suggestion).toMatch(/: total\.$/);
    // What nobody books may be unsure.
    expect(judgeFields({ date, total: field(12.5, 0.95), company: field('ACME', 0.4) }).needs_review).toBe(false);
  });

  test('a bad photo had better be taken again', () => {
    const { suggestion } = judge({ lines: [lineOf('TOTAL 12.50', 0.4)], faults: ['blurred'] });
    expect(suggestion).toBe(
      'Take the photo again: hold still and let the camera focus. Or: compare the fields with the image and type in what is missing or wrong.',
    );
  });

  test('below the threshold a person must look; at it, not', () => {
    const lines = [lineOf('TOTAL', 0.75)];
    const unsure = judge({ lines, options: { confidence_threshold: 0.76 } });
    expect(unsure).toMatchObject({ confidence: 0.75, needs_review: true });
    expect(unsure.suggestion).toMatch(/type in/);
    expect(judge({ lines, options: { confidence_threshold: 0.75 } })).not.toHaveProperty('suggestion');
  });

  test('nothing found needs review even at threshold 0, and asks for another photo', () => {
    const judged = judge({ options: { confidence_threshold: 0 } });
    expect(judged).toMatchObject({ confidence: 0, needs_review: true });
    expect(judged.suggestion).toMatch(/closer photo/);
  });

  test('a language that no engine reads is said so', () => {
    const judged = judge({ lines: [lineOf('TOTAL', 0.99)], unread: ['bn'] });
    expect(judged.needs_review).toBe(true);
    expect(judged.warnings).toEqual([expect.stringContaining('bn')]);
    expect(judge({ lines: [lineOf('TOTAL', 0.99)] }).warnings).toEqual([]);
  });

  test('rounds to four places', () => {
    expect(judge({ lines: [lineOf('A', 0.987654)] }).confidence).toBe(0.9877);
  });
});
