import { expect, it } from 'vitest';
import { scrollKeeping, scrollShowing, ZOOM_LEAST, ZOOM_MOST, zoomedBy } from './zoom.ts';

it('zooms within its bounds', () => {
  expect(zoomedBy(2, 1.5)).toBe(3);
  expect(zoomedBy(1, 0.5)).toBe(ZOOM_LEAST);
  expect(zoomedBy(ZOOM_MOST, 2)).toBe(ZOOM_MOST);
});

it('keeps what is under the pointer under the pointer', () => {
  // 130 from the page's left before; twice as far after, and still 30 from the view's.
  expect(scrollKeeping({ x: 30, y: 10 }, { left: 100, top: 0 }, 2)).toEqual({ left: 230, top: 10 });
});

it('scrolls to what is outside alone, and only as far as needed', () => {
  const view = { left: 100, top: 100, width: 200, height: 100 };
  expect(scrollShowing({ x: 120, y: 120, width: 20, height: 10 }, view)).toBeNull();
  expect(scrollShowing({ x: 120, y: 400, width: 20, height: 10 }, view)).toEqual({ left: 100, top: 355 });
  expect(scrollShowing({ x: 0, y: 120, width: 20, height: 10 }, view)).toEqual({ left: 0, top: 100 });
});
