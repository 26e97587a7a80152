import type { Line, Structured } from '@edge-ocr/shared/contract/result';
import { polygonAround } from './layout.ts';

/** Documents with the polygons of their lines; again once the lines are back on the page as it came. */
export function placeDocuments(structured: Structured, lines: readonly Line[]): Structured {
  if (!structured.documents) return structured;
  const documents = structured.documents.map((document) => {
    const page = lines[document.line]!.page;
    return {
      ...document,
      polygon: polygonAround(
        lines,
        document.lines.filter((index) => lines[index]!.page === page),
      ),
    };
  });
  return { ...structured, documents };
}
