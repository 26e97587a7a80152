import { isLetterOrMark } from './characters.ts';

/** A run of digits or of letters, with the offsets in its text. */
export class DateToken {
  private readonly source: string;
  readonly isNumber: boolean;
  readonly start: number;
  readonly end: number;

  constructor(source: string, isNumber: boolean, start: number, end: number) {
    this.source = source;
    this.isNumber = isNumber;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }

  get text(): string {
    return this.source.slice(this.start, this.end);
  }
}

/** No date needs more; what a detector has glued beyond tells nothing. */
const MAX_TOKENS = 40;

/** Runs of digits and runs of letters; all between them is the gap from one's end to the next one's start. */
export function tokenize(text: string): DateToken[] {
  const tokens: DateToken[] = [];
  let at = 0;
  while (at < text.length && tokens.length < MAX_TOKENS) {
    const kind = kindOf(text, at);
    const start = at;
    do at++;
    while (at < text.length && kindOf(text, at) === kind);
    if (kind !== 0) tokens.push(new DateToken(text, kind === 1, start, at));
  }
  return tokens;
}

/** 1 a digit, 2 a letter, 0 what divides them. */
function kindOf(text: string, at: number): 0 | 1 | 2 {
  const code = text.charCodeAt(at);
  if (code < 48) return 0;
  if (code <= 57) return 1;
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? 2 : 0;
  return isLetterOrMark(code) ? 2 : 0;
}
