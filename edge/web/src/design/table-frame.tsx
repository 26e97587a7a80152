import type { ComponentChildren } from 'preact';

/** A table that may be wider than its place: it scrolls by itself, by keyboard too. */
export function TableFrame({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="table-frame" tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </section>
  );
}
