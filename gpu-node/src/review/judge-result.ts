import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import type { Barcode, Check, Line } from '@edge-ocr/shared/contract/result';

export interface Judgement {
  readonly confidence: number;
  readonly needs_review: boolean;
  readonly suggestion?: string;
  readonly warnings: string[];
}

/** Languages that the loaded recogniser can read. */
const READABLE_LANGUAGES = ['en'];

/**
 * How far a result can be trusted. Low confidence is no error: the client gets what there is and a suggestion.
 * The confidence is the mean over the characters of all lines; where only codes were asked for or found, theirs.
 */
export function judgeResult(read: {
  lines: readonly Line[];
  barcodes: readonly Barcode[];
  checks: readonly Check[];
  options: OcrOptions;
}): Judgement {
  const { lines, barcodes, checks, options } = read;
  const confidence =
    lines.length > 0 ? meanOverCharacters(lines) : Math.max(0, ...barcodes.map((code) => code.confidence));
  const warnings = [...new Set(options.language.split(','))]
    .filter((language) => !READABLE_LANGUAGES.includes(language))
    .map((language) => `Text in language ${language} cannot be read by this version`);
  const found = lines.length > 0 || barcodes.length > 0;
  const needsReview =
    !found || warnings.length > 0 || checks.some((check) => !check.passed) || confidence < options.confidence_threshold;
  const rounded = Math.round(confidence * 1e4) / 1e4;
  if (!needsReview) return { confidence: rounded, needs_review: false, warnings };
  const suggestion = found
    ? 'Compare the fields with the image and type in what is missing or wrong.'
    : 'Nothing was found. Take a sharper, closer photo, or type the fields in.';
  return { confidence: rounded, needs_review: true, suggestion, warnings };
}

function meanOverCharacters(lines: readonly Line[]): number {
  const characters = lines.reduce((sum, line) => sum + line.text.length, 0);
  return characters === 0 ? 0 : lines.reduce((sum, line) => sum + line.confidence * line.text.length, 0) / characters;
}
