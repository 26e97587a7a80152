import { maskText } from './mask-text.ts';

const MAX_CAUSES = 5;
const MAX_FRAMES = 30;

/** One structured line to the Worker's log. Fields never hold tokens, secrets or what an image says. */
export function log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void {
  console[level](JSON.stringify({ level, event, ...masked(fields) }));
}

function masked(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    // Frames hold no data, and are longer than any message may be.
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'stack' ? maskText(value) : value,
    ]),
  );
}

/** What a log may know of a failure: its chain of names and messages, and where the innermost one arose. */
export function causeOf(thrown: unknown): Record<string, unknown> {
  const messages: string[] = [];
  let innermost: unknown = thrown;
  for (let error = thrown, depth = 0; error !== undefined && depth < MAX_CAUSES; depth++) {
    messages.push(error instanceof Error ? `${error.name}: ${maskText(error.message)}` : 'not an Error');
    innermost = error;
    error = error instanceof Error ? error.cause : undefined;
  }
  return { cause: messages.join(' ← '), stack: framesOf(innermost) };
}

/** Without its message, which begins a stack and may run over several lines. */
function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const frames = error.stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return frames.slice(0, MAX_FRAMES).join('\n');
}
