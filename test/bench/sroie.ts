/** Reads a data set in the layout of ICDAR 2019 SROIE: img/ID.jpg, box/ID.csv, key/ID.json. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';

export interface TruthLine {
  /** x1, y1, … x4, y4 in pixels of the image. */
  readonly corners: readonly number[];
  readonly text: string;
}

export interface Receipt {
  readonly id: string;
  readonly image: string;
  readonly lines: readonly TruthLine[];
  /** company, date, address, total; empty when the set has no keys for it. */
  readonly fields: Readonly<Record<string, string>>;
}

/** @throws Error when the folder is not laid out like SROIE. */
export function readSroie(folder: string): Receipt[] {
  const images = join(folder, 'img');
  if (!existsSync(images)) throw new Error(`${folder} has no img/ folder: not a data set in the layout of SROIE`);
  return readdirSync(images)
    .sort()
    .map((file) => {
      const id = parse(file).name;
      const key = join(folder, 'key', `${id}.json`);
      return {
        id,
        image: join(images, file),
        lines: readBoxes(join(folder, 'box', `${id}.csv`)),
        fields: existsSync(key) ? JSON.parse(readFileSync(key, 'utf8')) : {},
      };
    });
}

/** A line is eight numbers and the transcript, which may hold commas itself. */
function readBoxes(file: string): TruthLine[] {
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((row) => row.split(','))
    .filter((cells) => cells.length > 8)
    .map((cells) => ({ corners: cells.slice(0, 8).map(Number), text: cells.slice(8).join(',') }));
}
