import { describe, expect, test } from 'vitest';
import { createLogger } from './create-logger.ts';

const PAN = 'ABCPK1234L';
const AADHAAR = '2345 6789 0124';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): {
  text: string;
  entry: Record<string, unknown>;
} {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line) => void lines.push(line) }));
  const text = lines.join('');
  return { text, entry: JSON.parse(text) };
}

describe('what is logged', () => {
  test('shows no identity number, in message, field or error', () => {
    const error = new Error(`could not read ${PAN}`, { cause: new Error(`line ${AADHAAR}`) });
    const { text } = logged((logger) => logger.child({ reqId: 'r' }).error({ err: error, note: PAN }, `of ${AADHAAR}`));
    expect(text).not.toContain(PAN);
    expect(text).not.toContain(AADHAAR);
    expect(text).toContain('could not read ');
    expect(text).toContain('create-logger.test.ts');
  });

  test('keeps ids as they are, digits only or not', () => {
    const ids = ['01912345-6789-7012-8345-678901234567', '1234567890123456'.repeat(4)];
    const { entry } = logged((logger) => logger.info(`results ${ids.join(' ')} are there`));
    expect(entry.msg).toBe(`results ${ids.join(' ')} are there`);
  });

  test('of an error of the database has its code and constraint, not the row', () => {
    const error = Object.assign(new Error('new row violates check constraint "c"'), {
      code: '23514',
      constraint: 'c',
      detail: 'Failing row contains (TOTAL 12.50, milk).',
      where: 'portal "" line 1: milk',
    });
    const { text, entry } = logged((logger) => logger.warn({ err: error }, 'not kept'));
    expect(entry.err).toMatchObject({ type: 'Error', code: '23514', constraint: 'c' });
    expect(text).not.toContain('milk');
  });

  test('of an error of Redis has not the command, which holds a result', () => {
    const error = new Error('ERR max request size, command was: ["set","key","{\\"text\\":\\"milk\\"}"]');
    const { text } = logged((logger) => logger.warn({ err: error }, 'not shared'));
    expect(text).toContain('ERR max request size');
    expect(text).not.toContain('milk');
  });

  test('of something thrown that is no error has nothing', () => {
    expect(logged((logger) => logger.warn({ err: 'milk' }, 'odd')).text).not.toContain('milk');
  });

  test('is short, whatever a message holds', () => {
    const { text } = logged((logger) => logger.warn({ err: new Error('x'.repeat(100_000)) }, 'y'.repeat(100_000)));
    expect(text.length).toBeLessThan(6000);
  });
});
