import progress from 'cli-progress';

export interface ProgressBars {
  /** @param total bytes; null where it is not known. */
  update(file: string, bytes: number, total: number | null): void;
  stop(): void;
}

const MEGABYTE = 1e6;

/** One bar a file on standard error; where that is no terminal, a line every few seconds. */
export function showProgress(): ProgressBars {
  const bars = new progress.MultiBar({
    format: '{bar} {percentage}% | {done} of {all} MB | {file}',
    stream: process.stderr,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
  });
  const byFile = new Map<string, progress.SingleBar>();
  return {
    update(file, bytes, total) {
      const texts = {
        file,
        done: (bytes / MEGABYTE).toFixed(1),
        all: total === null ? '?' : (total / MEGABYTE).toFixed(1),
      };
      const bar = byFile.get(file) ?? bars.create(Math.max(1, total ?? 0), 0, texts);
      byFile.set(file, bar);
      if (total === null) bar.setTotal(Math.max(1, bytes));
      bar.update(bytes, texts);
    },
    stop: () => bars.stop(),
  };
}
