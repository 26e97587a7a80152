import { vi } from 'vitest';

/** Takes the Worker's log lines out of the test's output; they gather in the array, in order. */
export function captureLog(): string[] {
  const lines: string[] = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line) => {
      lines.push(String(line));
    });
  }
  return lines;
}
