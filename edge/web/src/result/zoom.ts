import type { Box } from './geometry.ts';

/** Against the size at which the whole page is seen. */
export const ZOOM_LEAST = 1;
export const ZOOM_MOST = 8;
export const ZOOM_STEP = 1.4;

export interface Scroll {
  readonly left: number;
  readonly top: number;
}

/** What of the page is on the screen, in pixels of the screen. */
export interface View extends Scroll {
  readonly width: number;
  readonly height: number;
}

export function zoomedBy(zoom: number, factor: number): number {
  return Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, zoom * factor));
}

/** Where to scroll after zooming by `ratio`, so that what was under the point (from the view's corner) stays there. */
export function scrollKeeping(point: { x: number; y: number }, scroll: Scroll, ratio: number): Scroll {
  return { left: (scroll.left + point.x) * ratio - point.x, top: (scroll.top + point.y) * ratio - point.y };
}

/** Where to scroll so that the box (in pixels of the screen, from the page's corner) is seen; null: it is already. */
export function scrollShowing(box: Box, view: View): Scroll | null {
  const across = box.x >= view.left && box.x + box.width <= view.left + view.width;
  const down = box.y >= view.top && box.y + box.height <= view.top + view.height;
  if (across && down) return null;
  return {
    left: across ? view.left : Math.max(0, box.x + box.width / 2 - view.width / 2),
    top: down ? view.top : Math.max(0, box.y + box.height / 2 - view.height / 2),
  };
}
