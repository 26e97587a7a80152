import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { textPlace } from './geometry.ts';

/** Letters take so much of a line's height. */
const FONT_SHARE = 0.8;

/** A page that the browser cannot show: its text, each line in its place and at its length. */
export function BlankPage({ result, page }: { readonly result: OcrResult; readonly page: number }) {
  const { width, height } = result.pages[page]!;
  return (
    <svg class="blank-page" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {result.lines.map(({ text, polygon, page: own }, index) => {
        if (own !== page) return null;
        const place = textPlace(polygon);
        return (
          <text
            key={index}
            transform={`translate(${place.x} ${place.y}) rotate(${place.angle})`}
            font-size={place.height * FONT_SHARE}
            textLength={place.width}
            lengthAdjust="spacingAndGlyphs"
          >
            {text}
          </text>
        );
      })}
    </svg>
  );
}
