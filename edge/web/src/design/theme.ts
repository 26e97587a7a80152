import { effect, signal } from '@preact/signals';

const STORED_AS = 'edge-ocr.theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What the person chose; remembered by this browser. */
export const theme = signal<Theme>('system');

/** Shows the remembered theme, and from then on every change of it. */
export function startTheme(storage: Pick<Storage, 'getItem' | 'setItem'>, root: { dataset: DOMStringMap }): () => void {
  theme.value = themeNamed(storage.getItem(STORED_AS));
  return effect(() => {
    root.dataset.theme = theme.value;
    storage.setItem(STORED_AS, theme.value);
  });
}

export function themeNamed(name: string | null): Theme {
  return THEMES.find((known) => known === name) ?? 'system';
}
