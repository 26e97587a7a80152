/** Places in the stream of a shop's events: the transaction that wrote an event, and the event's id. */

export interface Position {
  readonly xact: bigint;
  readonly id: bigint;
}

/** Before the first event. */
export const BEGINNING: Position = { xact: 0n, id: 0n };

/** @param text as eventPositionSchema takes it. */
export function parsePosition(text: string): Position {
  const [xact, id] = text.split('-') as [string, string];
  return { xact: BigInt(xact), id: BigInt(id) };
}

export function formatPosition({ xact, id }: Position): string {
  return `${xact}-${id}`;
}

export function isAfter(a: Position, b: Position): boolean {
  return a.xact === b.xact ? a.id > b.id : a.xact > b.xact;
}
