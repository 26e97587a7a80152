import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { scrollKeeping, ZOOM_LEAST, ZOOM_STEP, zoomedBy } from './zoom.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Zoom {
  readonly zoom: Signal<number>;
  /** Around a point of the frame, from its corner; its middle without one. */
  readonly zoomBy: (factor: number, around?: Point) => void;
  readonly fit: () => void;
  readonly handlers: {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onPointerDown: (event: PointerEvent) => void;
  };
}

/** Zoom by buttons, keys (+ − 0) and the wheel with Ctrl; a mouse drags what is zoomed. */
export function useZoom(frame: { readonly current: HTMLDivElement | null }): Zoom {
  const zoom = useSignal(ZOOM_LEAST);
  const next = useRef<{ left: number; top: number } | null>(null);
  const zoomBy = (factor: number, around?: Point) => {
    const view = frame.current;
    const to = zoomedBy(zoom.value, factor);
    if (!view || to === zoom.value) return;
    const point = around ?? { x: view.clientWidth / 2, y: view.clientHeight / 2 };
    next.current = scrollKeeping(point, { left: view.scrollLeft, top: view.scrollTop }, to / zoom.value);
    zoom.value = to;
  };
  // Only once the page has its new size can it be scrolled there.
  useLayoutEffect(() => {
    if (next.current) frame.current?.scrollTo({ ...next.current, behavior: 'instant' });
    next.current = null;
  }, [zoom.value]);
  useWheel(frame, zoomBy);
  const fit = () => zoomBy(0);
  return { zoom, zoomBy, fit, handlers: { onKeyDown: (event) => onKey(event, zoomBy), onPointerDown: drag } };
}

function onKey(event: KeyboardEvent, zoomBy: Zoom['zoomBy']): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const factor = { '+': ZOOM_STEP, '=': ZOOM_STEP, '-': 1 / ZOOM_STEP, '0': 0 }[event.key];
  if (factor === undefined) return;
  event.preventDefault();
  zoomBy(factor);
}

/** Preact listens passively to wheels, which could not keep the browser from zooming the whole page. */
function useWheel(frame: { readonly current: HTMLDivElement | null }, zoomBy: Zoom['zoomBy']): void {
  useEffect(() => {
    const view = frame.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { left, top } = view!.getBoundingClientRect();
      zoomBy(2 ** (-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top });
    };
    view?.addEventListener('wheel', onWheel, { passive: false });
    return () => view?.removeEventListener('wheel', onWheel);
  }, []);
}

/** A finger scrolls by itself. */
function drag(event: PointerEvent): void {
  if (event.pointerType !== 'mouse' || event.button !== 0) return;
  const view = event.currentTarget as HTMLElement;
  if (view.scrollWidth <= view.clientWidth && view.scrollHeight <= view.clientHeight) return;
  event.preventDefault();
  const start = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
  const move = ({ clientX, clientY }: PointerEvent) => {
    view.scrollTo({ left: start.x - clientX, top: start.y - clientY, behavior: 'instant' });
  };
  const stop = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', stop);
    removeEventListener('pointercancel', stop);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', stop);
  addEventListener('pointercancel', stop);
}
