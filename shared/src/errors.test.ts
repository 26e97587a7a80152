import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorEnvelopeSchema } from './contract/envelope.ts';
import { ERROR_CATALOGUE, ERROR_CODES, OcrError } from './errors.ts';
import { ROUTES } from './routes.ts';

/** Rows of the table in docs/errors.md, each as its cells. */
function documentedRows(): string[][] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

describe('the catalogue', () => {
  it('is what docs/errors.md says, in its order', () => {
    const expected = ERROR_CODES.map((code) => {
      const { status, retryable, message, suggestion } = ERROR_CATALOGUE[code];
      return [`\`${code}\``, String(status), retryable ? 'yes' : 'no', message, suggestion];
    });
    expect(documentedRows()).toEqual(expected);
  });

  it('has every code in use by a route, so that the OpenAPI document shows it', () => {
    const used = new Set([
      ...ROUTES.flatMap((route) => route.errors),
      'UNAUTHORIZED',
      'FORBIDDEN',
      'RATE_LIMITED',
      'INTERNAL',
    ]);
    expect([...used].sort()).toEqual([...ERROR_CODES].sort());
  });

  it.each(ERROR_CODES)('%s says what happened and what to do', (code) => {
    const { status, message, suggestion } = ERROR_CATALOGUE[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(message).toMatch(/^[A-Z].*[^.]$/);
    expect(suggestion).toMatch(/^[A-Z].*\.$/);
    expect(message).not.toContain('|');
    expect(suggestion).not.toContain('|');
  });
});

describe('an error', () => {
  it('renders the envelope of the contract', () => {
    const error = new OcrError('RATE_LIMITED', { details: { limit: 100 }, retryAfterSeconds: 7 });
    const envelope = error.toEnvelope('request-1');
    expect(errorEnvelopeSchema.parse(envelope)).toEqual(envelope);
    expect(envelope.error).toEqual({
      code: 'RATE_LIMITED',
      message: ERROR_CATALOGUE.RATE_LIMITED.message,
      details: {
        limit: 100,
        suggestion: ERROR_CATALOGUE.RATE_LIMITED.suggestion,
        retryable: true,
        request_id: 'request-1',
      },
    });
  });

  it('cannot be made to hide its suggestion or request id by its details', () => {
    const { details } = new OcrError('INTERNAL', {
      details: { request_id: 'x', suggestion: '', retryable: 1 },
    }).toEnvelope('request-2').error;
    expect(details).toEqual({
      suggestion: ERROR_CATALOGUE.INTERNAL.suggestion,
      retryable: true,
      request_id: 'request-2',
    });
  });

  it('made of anything else is INTERNAL and keeps its text from the client', () => {
    const error = OcrError.from(new Error('password=hunter2'));
    expect(error.code).toBe('INTERNAL');
    expect(JSON.stringify(error.toEnvelope('id'))).not.toContain('hunter2');
    expect((error.cause as Error).message).toContain('hunter2');
    expect(OcrError.from(error)).toBe(error);
  });
});
