import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { type ReadonlySignal, type Signal, useComputed, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { type Highlight, type Target, touchesField, touchesLine } from './highlight.ts';

/** What every list beside the image is given. */
export interface Linked {
  readonly result: OcrResult;
  readonly highlight: Signal<Highlight | null>;
}

/** Handlers for an entry of a list: pointing at it, or being within it by keyboard, shows its place on the image. */
export function pointing(highlight: Signal<Highlight | null>, target: Target) {
  const point = () => {
    highlight.value = { target, from: 'list' };
  };
  const leave = () => {
    highlight.value = null;
  };
  return { onPointerEnter: point, onPointerLeave: leave, onFocusCapture: point, onBlurCapture: leave };
}

/** Whether an entry is what is pointed at, or is part of it; only a change of this draws the entry anew. */
export function useLinked({ result, highlight }: Linked, own: Target): ReadonlySignal<boolean> {
  return useComputed(() => {
    const target = highlight.value?.target;
    if (!target) return false;
    if (own.kind === 'line') return touchesLine(result, target, own.index);
    if (own.kind === 'field') return touchesField(result, target, own.name);
    return target.kind === own.kind && 'index' in target && target.index === own.index;
  });
}

/** A list that scrolls, within itself, to what is pointed at on the image. */
export function useFollowing<T extends HTMLElement>(highlight: ReadonlySignal<Highlight | null>) {
  const list = useRef<T>(null);
  useSignalEffect(() => {
    if (highlight.value?.from !== 'image') return;
    // The entries are marked in the same turn, perhaps after this.
    requestAnimationFrame(() => scrollWithin(list.current?.closest<HTMLElement>('.panel') ?? null));
  });
  return list;
}

/** On a narrow screen, where the whole page scrolls, pointing must not move it. */
function scrollWithin(panel: HTMLElement | null): void {
  const entry = panel?.querySelector('.linked');
  if (!panel || !entry || panel.scrollHeight <= panel.clientHeight) return;
  const frame = panel.getBoundingClientRect();
  const { top, bottom, height } = entry.getBoundingClientRect();
  if (top >= frame.top && bottom <= frame.bottom) return;
  panel.scrollTo({ top: panel.scrollTop + top - frame.top - (frame.height - height) / 2 });
}
