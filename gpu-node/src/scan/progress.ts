import { Presets, SingleBar } from 'cli-progress';

const CLEAR_LINE = '\r\u001b[2K';

export interface Progress {
  /** A file more to read. */
  expect(): void;
  /** One is done. */
  advance(): void;
  /** Makes room for something to be printed on the same terminal; the bar comes back by itself. */
  clear(): void;
  stop(): void;
}

const NONE: Progress = {
  expect: () => undefined,
  advance: () => undefined,
  clear: () => undefined,
  stop: () => undefined,
};

/** A bar on a terminal, nothing where there is none. */
export function openProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return NONE;
  const bar = new SingleBar(
    // The command itself ends on signals; the bar must not take them.
    {
      stream,
      format: '{bar} {value}/{total} files · {eta_formatted} left',
      gracefulExit: false,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(0, 0);
  let expected = 0;
  let done = 0;
  return {
    expect: () => bar.setTotal(++expected),
    advance: () => bar.update(++done),
    clear: () => stream.write(CLEAR_LINE),
    stop: () => bar.stop(),
  };
}
