import type { OcrResult } from '@edge-ocr/shared/contract/result';

export interface KeyFacts {
  /** Who or what the image is of, as far as it could be read. */
  readonly title: string;
  /** YYYY-MM-DD, as printed. */
  readonly date?: string;
  readonly amount?: number;
  readonly currency?: string;
}

const PAPERS: Readonly<Record<string, string>> = {
  pan: 'PAN card',
  aadhaar: 'Aadhaar card',
  driving_licence: 'Driving licence',
  passport: 'Passport',
  udyam: 'Udyam certificate',
  identity_card: 'Identity card',
};

/** What tells one result from another in a list. */
export function keyFactsOf({ structured, barcodes, text }: OcrResult): KeyFacts {
  const { company, issuer, seller, product_name, documents = [], date, total, price, currency } = structured;
  const [paper] = documents;
  const names = [company, issuer, seller, product_name, paper && PAPERS[paper.kind], barcodes[0]?.value];
  const amount = total ?? price;
  return {
    title: names.find(Boolean) ?? firstLineOf(text) ?? 'Nothing was read',
    ...(date && { date }),
    ...(amount !== undefined && { amount }),
    ...(amount !== undefined && currency && { currency }),
  };
}

/** The first line of the text with a word of the search in it; undefined: none, as where the search means more than words. */
export function matchingLine(text: string, query: string): string | undefined {
  const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const hits = (line: string) => words.filter((word) => line.toLowerCase().includes(word)).length;
  const most = Math.max(...lines.map(hits));
  return most === 0 ? undefined : lines.find((line) => hits(line) === most);
}

function firstLineOf(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .find(Boolean);
}
