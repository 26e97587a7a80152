/** Where the page draws what was read, held against where the API says that it is. */
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { Page } from 'playwright-core';

type Point = readonly [x: number, y: number];

interface Drawn {
  readonly name: string;
  /** On the screen, in CSS pixels. */
  readonly points: readonly Point[];
}

interface Screen {
  /** The image itself, as the browser lays it out. */
  readonly image: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly lines: readonly Drawn[];
  readonly fields: readonly Drawn[];
  readonly codes: readonly Drawn[];
}

/**
 * The largest distance in CSS pixels between a corner as drawn and the corner as answered, over all lines, codes and the
 * fields of a single line.
 * @throws Error where one is missing, or something is drawn that was not answered.
 */
export async function largestOffset(page: Page, result: OcrResult): Promise<number> {
  const screen = await readScreen(page);
  const size = result.pages[0]!;
  const place = ([x, y]: Point): Point => [
    screen.image.x + (x / size.width) * screen.image.width,
    screen.image.y + (y / size.height) * screen.image.height,
  ];
  const fields = Object.entries(result.fields).flatMap(([name, { polygon, lines }]) =>
    polygon && lines.length === 1 ? [{ name, polygon }] : [],
  );
  const lines = result.lines.map(({ polygon }, index) => ({ name: String(index), polygon }));
  const codes = result.barcodes.map(({ polygon }, index) => ({ name: String(index), polygon }));
  const offsets = [
    ...compare(screen.lines, lines, place),
    ...compare(screen.codes, codes, place),
    ...compare(screen.fields, fields, place, { others: true }),
  ];
  return Math.max(...offsets);
}

interface Answered {
  readonly name: string;
  readonly polygon: readonly Point[];
}

function compare(
  drawn: readonly Drawn[],
  answered: readonly Answered[],
  place: (point: Point) => Point,
  { others = false } = {},
): number[] {
  if (!others && drawn.length !== answered.length) throw new Error(`${drawn.length} drawn for ${answered.length}`);
  return answered.flatMap(({ name, polygon }) => {
    const points = drawn.find((shape) => shape.name === name)?.points;
    if (points?.length !== polygon.length) throw new Error(`${name} is not drawn, or with other corners`);
    return polygon.map((corner, i) => {
      const [x, y] = place(corner);
      return Math.hypot(points[i]![0] - x, points[i]![1] - y);
    });
  });
}

function readScreen(page: Page): Promise<Screen> {
  return page.evaluate(() => {
    const shapes = (attribute: string) =>
      [...document.querySelectorAll<SVGPolygonElement>(`polygon[data-${attribute}]`)].map((shape) => ({
        name: shape.getAttribute(`data-${attribute}`)!,
        points: [...shape.points].map((point) => {
          const { x, y } = point.matrixTransform(shape.getScreenCTM()!);
          return [x, y] as const;
        }),
      }));
    const { x, y, width, height } = document.querySelector('.viewer img')!.getBoundingClientRect();
    return {
      image: { x, y, width, height },
      lines: shapes('line'),
      fields: shapes('field'),
      codes: shapes('code'),
    };
  });
}
