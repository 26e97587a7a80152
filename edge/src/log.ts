/** One structured line to the Worker's log. Fields never hold tokens, secrets or what an image says. */
export function log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}

/** What a log may know of a failure: its chain of names and messages, and the stack of the innermost one. */
export function causeOf(thrown: unknown): Record<string, unknown> {
  const messages: string[] = [];
  let innermost: unknown = thrown;
  for (let error = thrown, depth = 0; error !== undefined && depth < 5; depth++) {
    messages.push(error instanceof Error ? `${error.name}: ${error.message}` : 'not an Error');
    innermost = error;
    error = error instanceof Error ? error.cause : undefined;
  }
  return { cause: messages.join(' ← '), stack: innermost instanceof Error ? innermost.stack : undefined };
}
