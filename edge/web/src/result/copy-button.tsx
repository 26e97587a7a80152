import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

const SAID_MS = 2000;

interface CopyButtonProps {
  readonly text: string;
  /** For screen readers, where the words on the button do not say what is copied. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

export function CopyButton({ text, label, children }: CopyButtonProps) {
  const said = useSignal<string | null>(null);
  const copy = async () => {
    said.value = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'The browser does not allow it',
    );
    setTimeout(() => {
      said.value = null;
    }, SAID_MS);
  };
  return (
    <button type="button" disabled={text === ''} aria-label={said.value === null ? label : undefined} onClick={copy}>
      <span aria-live="polite">{said.value ?? children}</span>
    </button>
  );
}
