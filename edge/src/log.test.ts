import { expect, it } from 'vitest';
import { causeOf, log } from './log.ts';
import { captureLog } from './testing/capture-log.ts';

const ID = '01912345-6789-7012-8345-678901234567';

it.each([
  ['Aadhaar', '2345 6789 0124'],
  ['Aadhaar in an address', '2345%206789%200124'],
  ['PAN', 'ABCPK1234L'],
  ['passport', 'K1234567'],
  ['driving licence', 'MH12 20110012345'],
  ['UDYAM', 'UDYAM-MH-12-0001234'],
])('a number of a person is not logged: %s', (_, number) => {
  const lines = captureLog();
  const error = new Error(`outer ${number}`, { cause: new Error(`inner ${number}\nand ${number}`) });
  log('error', 'request_failed', { request_id: ID, path: `/api/${number}/${ID}`, ...causeOf(error) });
  expect(lines.join()).not.toContain(number);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    request_id: ID,
    path: `/api/[number]/${ID}`,
    cause: 'Error: outer [number] ← Error: inner [number]\nand [number]',
    stack: expect.stringContaining('log.test'),
  });
});

it('an error of Redis is logged without the command, which holds an answer', () => {
  const lines = captureLog();
  const error = new Error('ERR too large, command was: ["set","key","{\\"text\\":\\n\\"milk\\"}"]');
  log('warn', 'cache_write_failed', causeOf(error));
  expect(lines.join()).toContain('ERR too large');
  expect(lines.join()).not.toContain('milk');
});
