import { maskIdentityNumbers } from '../extract/mask-numbers.ts';

/** Ids of ours, digits that look like somebody's number included: a log without them is of no use. */
const IDS = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64})/;
/** A message that is longer holds somebody's data. */
const MAX_CHARS = 500;
const MAX_FRAMES = 30;
/** @upstash/redis repeats the command that failed, and with it the result that was to be stored. */
const COMMAND = ', command was: ';

/** A text as it may be logged: short, without the content of a command, identity numbers masked. */
export function maskText(text: string): string {
  const [said = ''] = text.split(COMMAND, 1);
  const short = said.length > MAX_CHARS ? `${said.slice(0, MAX_CHARS)}…` : said;
  return short
    .split(IDS)
    .map((part, i) => (i % 2 === 1 ? part : maskIdentityNumbers(part)))
    .join('');
}

/** An error's name, message and places in the code. Its message is not left in the stack as it was. */
export function maskStack(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [`${error.name}: ${maskText(error.message)}`, ...frames.slice(0, MAX_FRAMES)].join('\n');
}
