/** Ids of ours, digits that look like somebody's number included: a log without them is of no use. */
const IDS = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64})/;
/** A message that is longer holds somebody's data. */
const MAX_CHARS = 1000;
/** @upstash/redis repeats the command that failed, and with it the answer that was to be stored. */
const COMMAND = /, command was: .*$/s;
/** Between groups of digits; a URL escapes spaces. */
const GAP = '(?:[ +-]|%20)?';

/** Aadhaar, driving licence, PAN, passport and UDYAM numbers, by their form. */
const NUMBERS = new RegExp(
  `(?<![\\p{L}\\p{Nd}])(?:${[
    `\\d{4}${GAP}\\d{4}${GAP}\\d{4}`,
    `[A-Z]{2}${GAP}\\d{2}${GAP}\\d{4}${GAP}\\d{7}`,
    '[A-Z]{5}\\d{4}[A-Z]',
    '[A-Z]{1,2}\\d{7}',
    'UDYAM-[A-Z]{2}-\\d{2}-\\d{7}',
  ].join('|')})(?![\\p{L}\\p{Nd}])`,
  'giu',
);

/** A text as it may be logged: short, without the content of a command, identity numbers masked. */
export function maskText(text: string): string {
  const said = text.replace(COMMAND, '');
  const short = said.length > MAX_CHARS ? `${said.slice(0, MAX_CHARS)}…` : said;
  return short
    .split(IDS)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(NUMBERS, '[number]')))
    .join('');
}
