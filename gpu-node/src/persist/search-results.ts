import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ResultsQuery } from '@edge-ocr/shared/contract/results';
import { OcrError } from '@edge-ocr/shared/errors';
import { parse, stringify } from 'uuid';
import type { Queryable } from './database.ts';
import { isJobId, timeOfJobId } from './job-id.ts';
import { CORRECTIONS_OF_JOB, correctedResult, type StoredRow } from './stored-result.ts';

export interface ResultsPage {
  results: OcrResult[];
  next_cursor: string | null;
}

/**
 * The shop's results, newest first. Words are found whole by full-text search (quotes, OR and - as on the web), and
 * in part as a piece of the text.
 * @throws OcrError INVALID_REQUEST when the cursor is not one of ours; DatabaseAwayError.
 */
export async function searchResults(db: Queryable, shopId: string, query: ResultsQuery): Promise<ResultsPage> {
  const { conditions, values } = conditionsOf(shopId, query);
  // One row more than asked tells whether there is a next page.
  const { rows } = await db.query<{ id: string } & StoredRow>(
    `SELECT id, result, ${CORRECTIONS_OF_JOB} AS corrections FROM ocr_processing_jobs j WHERE ${conditions.join(' AND ')}
     ORDER BY created_at DESC, id DESC LIMIT ${placeholder(values, query.limit + 1)}`,
    values,
  );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    results: page.map(correctedResult),
    next_cursor: last && rows.length > query.limit ? cursorAfter(last.id) : null,
  };
}

function conditionsOf(shopId: string, query: ResultsQuery): { conditions: string[]; values: unknown[] } {
  const values: unknown[] = [];
  const value = (next: unknown) => placeholder(values, next);
  const conditions = [`shop_id = ${value(shopId)}`, `status = 'completed'`];
  if (query.type) conditions.push(`ocr_type = ${value(query.type)}`);
  if (query.from) conditions.push(`created_at >= ${value(new Date(query.from))}`);
  if (query.cursor !== undefined) {
    const id = idOfCursor(query.cursor);
    conditions.push(`(created_at, id) < (${value(timeOfJobId(id))}, ${value(id)})`);
  }
  const words = query.query?.replaceAll('\0', ' ').trim();
  if (words) {
    const whole = `search_vector @@ websearch_to_tsquery('simple', ${value(words)})`;
    conditions.push(`(${whole} OR extracted_text ILIKE ${value(`%${words.replace(/[\\%_]/g, '\\$&')}%`)})`);
  }
  return { conditions, values };
}

function placeholder(values: unknown[], value: unknown): string {
  values.push(value);
  return `$${values.length}`;
}

/** A place in the order (created_at, id): the id alone, as its time is in it. */
export function cursorAfter(id: string): string {
  return Buffer.from(parse(id)).toString('base64url');
}

/** @throws OcrError INVALID_REQUEST when it is none that cursorAfter made. */
export function idOfCursor(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  // Node's decoder skips what is not base64url, so the way back has to lead to the same text.
  const known = bytes.length === 16 && bytes.toString('base64url') === cursor && versionOf(bytes) === 7;
  const id = known ? stringify(bytes) : '';
  if (isJobId(id)) return id;
  throw new OcrError('INVALID_REQUEST', {
    message: 'Option cursor: is not a next_cursor of this API',
    suggestion: 'Send next_cursor of the page before, unchanged, or leave it out to start anew.',
  });
}

function versionOf(bytes: Buffer): number {
  return (bytes[6] ?? 0) >> 4;
}
