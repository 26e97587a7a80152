import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { BlankPage } from './blank-page.tsx';
import { boxAround } from './geometry.ts';
import { type Highlight, placeOf, type Target } from './highlight.ts';
import { LAYERS, type Layer, Overlay } from './overlay.tsx';
import { useObjectUrl } from './use-object-url.ts';
import { useZoom } from './use-zoom.ts';
import { LayerChoice, PageChoice, ZoomChoice } from './viewer-tools.tsx';
import { scrollShowing } from './zoom.ts';

interface PageViewerProps {
  readonly result: OcrResult;
  readonly image: Blob | null;
  readonly highlight: Signal<Highlight | null>;
  readonly onPick: (target: Target) => void;
}

/** The image, or its pages drawn from their text, with what was read on it; zoomed and scrolled within its frame. */
export function PageViewer({ result, image, highlight, onPick }: PageViewerProps) {
  const page = useSignal(firstReadPage(result));
  const layers = useSignal<ReadonlySet<Layer>>(new Set(LAYERS.filter((layer) => layer !== 'words')));
  const frame = useRef<HTMLDivElement>(null);
  const { zoom, zoomBy, fit, handlers } = useZoom(frame);
  useFollow({ result, highlight, page, frame });

  const size = result.pages[page.value];
  if (!size || size.width === 0) return null;
  const ratio = size.width / size.height;
  return (
    <section class="viewer" aria-label="Image">
      <LayerChoice result={result} layers={layers} />
      <div class="viewer-room" style={{ '--ratio': ratio }}>
        <section
          ref={frame}
          class="frame"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label="The image: plus and minus zoom, arrow keys scroll"
          {...handlers}
        >
          <div class="page" style={{ '--zoom': zoom.value }}>
            <PageImage key={page.value} result={result} page={page.value} image={image} />
            <Overlay
              result={result}
              page={page.value}
              layers={layers.value}
              highlight={highlight}
              onPoint={(target) => {
                highlight.value = target && { target, from: 'image' };
              }}
              onPick={onPick}
            />
          </div>
        </section>
      </div>
      <div class="viewer-bar">
        {result.pages.length > 1 && <PageChoice pages={result.pages} page={page} />}
        <ZoomChoice zoom={zoom} onZoom={zoomBy} onFit={fit} />
      </div>
    </section>
  );
}

/** A file of several pages is shown by none of the browsers as an image, or only its first page. */
function PageImage({ result, page, image }: { result: OcrResult; page: number; image: Blob | null }) {
  const failed = useSignal(false);
  const url = useObjectUrl(image);
  if (url === null || failed.value || result.pages.length > 1 || result.image.format === 'pdf') {
    return <BlankPage result={result} page={page} />;
  }
  const { width, height } = result.pages[page]!;
  return (
    <img
      src={url}
      width={width}
      height={height}
      alt="As it was read; its text is in the list"
      draggable={false}
      onError={() => {
        failed.value = true;
      }}
    />
  );
}

interface Following {
  readonly result: OcrResult;
  readonly highlight: Signal<Highlight | null>;
  readonly page: Signal<number>;
  readonly frame: { readonly current: HTMLDivElement | null };
}

/** What is pointed at in a list is brought into view, on its page. */
function useFollow({ result, highlight, page, frame }: Following): void {
  useSignalEffect(() => {
    const { current: view } = frame;
    const pointed = highlight.value;
    if (pointed?.from !== 'list' || !view) return;
    const place = placeOf(result, pointed.target);
    const box = place && boxAround(place.polygons);
    if (!box) return;
    page.value = place.page;
    const scale = view.scrollWidth / result.pages[place.page]!.width;
    const { x, y, width, height } = box;
    const onScreen = { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = view;
    const to = scrollShowing(onScreen, { left, top, width: clientWidth, height: clientHeight });
    if (to) view.scrollTo(to);
  });
}

/** A page that could not be read has no size. */
function firstReadPage({ pages }: OcrResult): number {
  return Math.max(
    0,
    pages.findIndex(({ width }) => width > 0),
  );
}
