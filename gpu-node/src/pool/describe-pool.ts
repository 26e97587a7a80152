import type { PoolNode } from './registry.ts';

const COLUMNS = ['NODE', 'ADDRESS', 'STATE', 'IN FLIGHT', 'QUEUE', 'MODELS'];

/** The pool as a table for a terminal. */
export function describePool(nodes: readonly PoolNode[]): string {
  if (nodes.length === 0) {
    return 'No node announces itself. Nodes do so when NODE_PUBLIC_URL, UPSTASH_REDIS_REST_URL and _TOKEN are set.';
  }
  const rows = nodes.map((node) => {
    const { url, in_flight, capacity, queue, model_version } = node.announcement;
    return [node.id, url, stateOf(node), `${in_flight}/${capacity}`, String(queue), model_version];
  });
  const table = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function stateOf({ announcement, drainWished }: PoolNode): string {
  if (announcement.draining) return announcement.in_flight === 0 ? 'drained' : 'draining';
  return drainWished ? 'asked to drain' : 'up';
}
