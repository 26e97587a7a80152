import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ReadonlySignal } from '@preact/signals';
import { FIELDS } from './field-names.ts';
import { openFields, UNSURE_BELOW } from './field-status.ts';
import { boxAround, pointsOf } from './geometry.ts';
import { type Highlight, placeOf, type Target } from './highlight.ts';

export const LAYERS = ['lines', 'words', 'fields', 'codes'] as const;
export type Layer = (typeof LAYERS)[number];

interface PageOfResult {
  readonly result: OcrResult;
  /** From 0. */
  readonly page: number;
}

interface OverlayProps extends PageOfResult {
  readonly layers: ReadonlySet<Layer>;
  readonly highlight: ReadonlySignal<Highlight | null>;
  readonly onPoint: (target: Target | null) => void;
  readonly onPick: (target: Target) => void;
}

/**
 * What was read, drawn over its page in the page's own pixels. Hidden from screen readers: the lists beside it say the
 * same. `data-line`, `data-field`, `data-code` and `data-document` hold an index or a name, `data-word` `LINE.WORD`.
 */
export function Overlay({ result, page, layers, highlight, onPoint, onPick }: OverlayProps) {
  const { width, height } = result.pages[page]!;
  const pick = (event: MouseEvent) => {
    const target = targetOf(event.target);
    if (target) onPick(target);
  };
  return (
    <svg
      class="overlay"
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      onPointerOver={(event) => onPoint(targetOf(event.target))}
      onPointerLeave={() => onPoint(null)}
      onClick={pick}
    >
      {layers.has('lines') && <Lines result={result} page={page} />}
      {layers.has('words') && <Words result={result} page={page} />}
      {layers.has('fields') && <Fields result={result} page={page} />}
      {layers.has('codes') && <Codes result={result} page={page} />}
      <Lit result={result} page={page} highlight={highlight} />
    </svg>
  );
}

function Lines({ result, page }: PageOfResult) {
  return (
    <g class="lines">
      {result.lines.map((line, index) =>
        line.page === page ? (
          <polygon
            key={index}
            data-line={index}
            class={line.confidence < UNSURE_BELOW ? 'unsure' : undefined}
            points={pointsOf(line.polygon)}
          />
        ) : null,
      )}
    </g>
  );
}

function Words({ result, page }: PageOfResult) {
  return (
    <g class="words">
      {result.lines.flatMap((line, index) =>
        line.page === page
          ? line.words.map(({ polygon }, word) => (
              <polygon key={`${index}.${word}`} data-word={`${index}.${word}`} points={pointsOf(polygon)} />
            ))
          : [],
      )}
    </g>
  );
}

function Fields({ result, page }: PageOfResult) {
  const open = openFields(result);
  const { documents = [] } = result.structured;
  return (
    <g class="fields">
      {documents.map(({ polygon, line }, index) =>
        (result.lines[line]?.page ?? 0) === page ? (
          <polygon key={index} data-document={index} points={pointsOf(polygon)} />
        ) : null,
      )}
      {fieldsToDraw(result).map((name) => {
        const place = placeOf(result, { kind: 'field', name });
        if (place?.page !== page || result.fields[name]!.polygon === null) return null;
        const className = open.includes(name) ? 'unsure' : undefined;
        return <polygon key={name} data-field={name} class={className} points={pointsOf(place.polygons[0]!)} />;
      })}
    </g>
  );
}

/** The smaller is drawn, and so pointed at, above the larger; of two in one place, the one that the form has first. */
function fieldsToDraw({ fields, type }: OcrResult): string[] {
  const area = (name: string) => {
    const { width, height } = boxAround([fields[name]!.polygon ?? []]) ?? { width: 0, height: 0 };
    return width * height;
  };
  const order = (name: string) => FIELDS[type].indexOf(name);
  return Object.keys(fields).sort((a, b) => area(b) - area(a) || order(b) - order(a));
}

function Codes({ result, page }: PageOfResult) {
  return (
    <g class="codes">
      {result.barcodes.map((code, index) =>
        code.page === page ? <polygon key={index} data-code={index} points={pointsOf(code.polygon)} /> : null,
      )}
    </g>
  );
}

/** The one part that is drawn anew when something else is pointed at. */
function Lit({ result, page, highlight }: PageOfResult & Pick<OverlayProps, 'highlight'>) {
  const target = highlight.value?.target;
  const place = target && placeOf(result, target);
  if (place?.page !== page) return null;
  return (
    <g class="lit">
      {place.polygons.map((polygon, index) => (
        <polygon key={index} points={pointsOf(polygon)} />
      ))}
    </g>
  );
}

function targetOf(element: EventTarget | null): Target | null {
  if (!(element instanceof SVGElement)) return null;
  const { line, word, field, code, document } = element.dataset;
  if (line !== undefined) return { kind: 'line', index: Number(line) };
  if (field !== undefined) return { kind: 'field', name: field };
  if (code !== undefined) return { kind: 'code', index: Number(code) };
  if (document !== undefined) return { kind: 'document', index: Number(document) };
  if (word === undefined) return null;
  const [inLine, index] = word.split('.').map(Number);
  return { kind: 'word', line: inLine!, index: index! };
}
