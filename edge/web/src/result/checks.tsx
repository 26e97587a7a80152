import type { Check } from '@edge-ocr/shared/contract/result';
import { Icon } from '../design/icons.tsx';

/** The sums and check digits that could be checked; those that fail first. */
export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  const inOrder = [...checks].sort((a, b) => Number(a.passed) - Number(b.passed));
  return (
    <section class="checks" aria-label="Checks">
      <h3>Checks</h3>
      <ul>
        {inOrder.map(({ name, message, passed }) => (
          <li key={`${name} ${message}`} class={passed ? 'good' : 'bad'}>
            <Icon name={passed ? 'done' : 'alert'} />
            <span>
              <span class="visually-hidden">{passed ? 'Holds: ' : 'Does not hold: '}</span>
              {message}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
