import { open } from 'node:fs/promises';
import type { OutputFormat } from './formats.ts';
import type { Output } from './output.ts';
import type { Scanned } from './scanned.ts';

export function standardOutput(format: OutputFormat): Output {
  const { stdout } = process;
  // A reader that goes away (`| head`) is told to whoever waits for the write.
  stdout.on('error', () => undefined);
  const write = (text: string) =>
    new Promise<void>((done, fail) => {
      stdout.write(text, (error) => (error ? fail(error) : done()));
    });
  const next = oneAfterAnother(format);
  return { write: (_file, scanned) => write(next(scanned)), close: async () => undefined };
}

/** One file for all results. What it held before is replaced. */
export async function openFileOutput(path: string, format: OutputFormat): Promise<Output> {
  const file = await open(path, 'w');
  const next = oneAfterAnother(format);
  return {
    write: (_file, scanned) => file.appendFile(next(scanned)),
    close: () => file.close(),
  };
}

/** The texts of several results, with what stands before and between them. */
function oneAfterAnother({ head, between, write }: OutputFormat): (scanned: Scanned) => string {
  let isFirst = true;
  return (scanned) => {
    const text = write(scanned);
    if (text === '') return '';
    const whole = (isFirst ? head : between) + text;
    isFirst = false;
    return whole;
  };
}
