import { Icon } from '../design/icons.tsx';
import { badgeOf } from './badge-text.ts';
import { online, queueItems } from './queue.ts';
import './queue-badge.css';

/** The region is always there: a screen reader tells only what changes in one that it knows. */
export function QueueBadge() {
  const badge = badgeOf(online.value, queueItems.value);
  return (
    <p class="queue-status" role="status">
      {badge && (
        <a class={`queue-badge chip ${badge.tone}`} href="/queue">
          <Icon name={online.value ? 'upload' : 'cloudOff'} />
          {badge.text}
        </a>
      )}
    </p>
  );
}
