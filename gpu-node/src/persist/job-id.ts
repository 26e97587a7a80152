/** Identifiers of jobs and results: UUIDv7, whose first 48 bits are the milliseconds since the epoch. */
import { v7, validate, version } from 'uuid';

/** @param at milliseconds since the epoch; now by default. */
export function newJobId(at?: number): string {
  return at === undefined ? v7() : v7({ msecs: at });
}

export function isJobId(value: string): boolean {
  return validate(value) && version(value) === 7;
}

/** When the id was made: `created_at` of its row. */
export function timeOfJobId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
