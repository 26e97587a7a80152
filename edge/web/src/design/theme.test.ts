import { expect, test } from 'vitest';
import { startTheme, theme, themeNamed } from './theme.ts';

test('a theme that is none is the system’s', () => {
  expect(themeNamed('dark')).toBe('dark');
  for (const name of [null, '', 'Dark', 'toString']) expect(themeNamed(name)).toBe('system');
});

test('the choice is shown on the page, and found again', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  const page = { dataset: {} as DOMStringMap };
  const stop = startTheme(storage, page);
  expect(page.dataset.theme).toBe('system');
  theme.value = 'dark';
  expect(page.dataset.theme).toBe('dark');
  stop();

  const next = { dataset: {} as DOMStringMap };
  startTheme(storage, next)();
  expect(next.dataset.theme).toBe('dark');
});
