import type { QueueItem } from '@edge-ocr/shared/client/offline-queue';

export interface Badge {
  readonly text: string;
  readonly tone: 'warn' | 'busy' | 'bad';
}

/** What the header says of connection and queue; null: nothing to say. */
export function badgeOf(online: boolean, items: readonly Pick<QueueItem, 'state'>[]): Badge | null {
  const count = (...states: QueueItem['state'][]) => items.filter(({ state }) => states.includes(state)).length;
  const waiting = count('waiting', 'sending');
  if (!online) return { text: waiting === 0 ? 'Offline' : `Offline: ${waitText(waiting)}`, tone: 'warn' };
  if (count('sending') > 0) return { text: `Sending ${images(waiting)}`, tone: 'busy' };
  if (waiting > 0) return { text: waitText(waiting), tone: 'busy' };
  const failed = count('failed');
  return failed > 0 ? { text: `${images(failed)} failed`, tone: 'bad' } : null;
}

function images(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}

function waitText(count: number): string {
  return `${images(count)} ${count === 1 ? 'waits' : 'wait'}`;
}
