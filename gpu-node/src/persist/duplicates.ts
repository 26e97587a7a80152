import type { OcrResult, Structured } from '@edge-ocr/shared/contract/result';
import type { Appearance } from '../duplicates/appearance.ts';
import { factsHash, showsThing } from '../duplicates/facts.ts';
import { isSamePhoto } from '../duplicates/same-photo.ts';
import type { Queryable } from './database.ts';
import { timeOfJobId } from './job-id.ts';

/** How a photo is known again in other bytes. */
export interface DuplicateLimits {
  /** Only results made so many days before are looked at. */
  readonly days: number;
  /** The latest results of the same facts that are compared, at most. */
  readonly candidates: number;
  /** Of 64 bits, how many may differ between papers with the same facts. */
  readonly paperDistance: number;
  /** The same between photos of things with the same codes: another photo of a thing is another photo. */
  readonly thingDistance: number;
  /** The same where no facts were read on either. */
  readonly distanceAlone: number;
}

/** Compared in full, which takes their text. */
const MAX_COMPARED = 20;

interface Lookalike {
  readonly id: string;
  readonly duplicate_of: string | null;
  readonly structured: Structured;
  readonly text: string;
}

/**
 * The shop's first result for what seems to be the same photo, or the same page scanned once, in other bytes.
 * @returns null when there is none. @throws DatabaseAwayError
 */
export async function findLookalike(
  db: Queryable,
  shopId: string,
  { result, appearance }: { result: OcrResult; appearance: Appearance },
  limits: DuplicateLimits,
): Promise<string | null> {
  if (appearance.page === null || limits.candidates === 0) return null;
  const facts = factsHash(result);
  if (facts === null && !showsThing(result.type)) return null;
  const readAt = timeOfJobId(result.id);
  const { rows } = await db.query<Lookalike>(facts === null ? FIND_BY_LOOKS : FIND_BY_FACTS, [
    shopId,
    result.type,
    facts,
    new Date(readAt.getTime() - limits.days * 86_400_000),
    result.id,
    limits.candidates,
    appearance.page.toString(),
    appearance.text?.toString() ?? null,
    distanceFor(result, facts !== null, limits),
  ]);
  const first = rows.find((row) => isSamePhoto(result.type, facts !== null, row, result));
  // What it is a duplicate of itself came first.
  return first ? (first.duplicate_of ?? first.id) : null;
}

function distanceFor({ type }: OcrResult, hasFacts: boolean, limits: DuplicateLimits): number {
  if (!hasFacts) return limits.distanceAlone;
  return showsThing(type) ? limits.thingDistance : limits.paperDistance;
}

/** The candidates are cut before they are compared, so that a shop with many alike costs no more than their number. */
const findBy = (facts: string) => `
  SELECT id, duplicate_of, structured_data AS structured, coalesce(extracted_text, '') AS text FROM (
    SELECT id, duplicate_of, structured_data, extracted_text, appearance, text_appearance, created_at
    FROM ocr_processing_jobs
    WHERE shop_id = $1 AND ocr_type = $2 AND ${facts} AND created_at > $4 AND id <> $5
      AND appearance IS NOT NULL AND status = 'completed'
    ORDER BY created_at DESC LIMIT $6
  ) candidate
  WHERE least(bit_count((appearance # $7::bigint)::bit(64)), bit_count((text_appearance # $8::bigint)::bit(64))) <= $9
  ORDER BY created_at, id LIMIT ${MAX_COMPARED}`;

const FIND_BY_FACTS = { name: 'find-lookalike-by-facts', text: findBy('facts_hash = $3') };
const FIND_BY_LOOKS = { name: 'find-lookalike-by-looks', text: findBy('facts_hash IS NULL AND $3::text IS NULL') };
