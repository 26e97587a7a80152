import type { OcrResult, Page } from '@edge-ocr/shared/contract/result';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { LAYERS, type Layer } from './overlay.tsx';
import { ZOOM_LEAST, ZOOM_MOST, ZOOM_STEP } from './zoom.ts';

const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  lines: 'Lines',
  words: 'Words',
  fields: 'Fields',
  codes: 'Codes',
};

interface LayerChoiceProps {
  readonly result: OcrResult;
  readonly layers: Signal<ReadonlySet<Layer>>;
}

interface ZoomChoiceProps {
  readonly zoom: ReadonlySignal<number>;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}

export function LayerChoice({ result, layers }: LayerChoiceProps) {
  const toggle = (layer: Layer) => {
    const next = new Set(layers.value);
    if (!next.delete(layer)) next.add(layer);
    layers.value = next;
  };
  return (
    <fieldset class="layers" aria-label="Draw on the image">
      {LAYERS.filter((layer) => hasAny(result, layer)).map((layer) => (
        <button
          key={layer}
          type="button"
          class={`toggle ${layer}`}
          aria-pressed={layers.value.has(layer)}
          onClick={() => toggle(layer)}
        >
          {LAYER_NAMES[layer]}
        </button>
      ))}
    </fieldset>
  );
}

export function ZoomChoice({ zoom, onZoom, onFit }: ZoomChoiceProps) {
  return (
    <fieldset class="zooms" aria-label="Zoom">
      <button
        type="button"
        aria-label="Smaller"
        disabled={zoom.value <= ZOOM_LEAST}
        onClick={() => onZoom(1 / ZOOM_STEP)}
      >
        −
      </button>
      <button
        type="button"
        class="number"
        aria-label={`${Math.round(zoom.value * 100)} %, show the whole page`}
        disabled={zoom.value <= ZOOM_LEAST}
        onClick={onFit}
      >
        {Math.round(zoom.value * 100)} %
      </button>
      <button type="button" aria-label="Larger" disabled={zoom.value >= ZOOM_MOST} onClick={() => onZoom(ZOOM_STEP)}>
        +
      </button>
    </fieldset>
  );
}

export function PageChoice({ pages, page }: { readonly pages: readonly Page[]; readonly page: Signal<number> }) {
  return (
    <nav class="page-choice" aria-label="Pages of the file">
      {pages.map(({ width }, index) => (
        <button
          key={index}
          type="button"
          aria-label={width > 0 ? `Page ${index + 1}` : `Page ${index + 1} could not be read`}
          aria-current={page.value === index ? 'page' : undefined}
          disabled={width === 0}
          onClick={() => {
            page.value = index;
          }}
        >
          {index + 1}
        </button>
      ))}
    </nav>
  );
}

function hasAny({ lines, fields, structured, barcodes }: OcrResult, layer: Layer): boolean {
  if (layer === 'codes') return barcodes.length > 0;
  if (layer === 'fields') return Object.keys(fields).length > 0 || (structured.documents?.length ?? 0) > 0;
  return lines.length > 0;
}
