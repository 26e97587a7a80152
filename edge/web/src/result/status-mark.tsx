import { Icon } from '../design/icons.tsx';
import type { Tone } from './field-status.ts';

/** A state in words, with a sign where it is more than plain: never by colour alone. */
export function StatusMark({ tone, text, id }: { readonly tone: Tone; readonly text: string; readonly id?: string }) {
  return (
    <span id={id} class={`status ${tone}`}>
      {tone === 'good' && <Icon name="done" />}
      {(tone === 'warn' || tone === 'bad') && <Icon name="alert" />}
      {text}
    </span>
  );
}
