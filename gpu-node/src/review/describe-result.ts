import type { OcrResult } from '@edge-ocr/shared/contract/result';

/** A result as a person would like to read it, for terminals. */
export function describeResult(result: OcrResult): string {
  const { line_items: items = [], documents = [], ...scalars } = result.structured;
  const rows = [
    ...Object.entries(scalars).map(([name, value]) => [name, String(value)] as const),
    ...documents.map(
      (document) => [document.kind, `${document.number}${document.valid ? '' : ' (not valid)'}`] as const,
    ),
    ...result.barcodes.map((code) => [`barcode ${code.type}`, code.value] as const),
  ];
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [
    ...result.text.split('\n').map((line) => `  │ ${line}`),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...items.map((item) => `  · ${item.name}${item.amount === undefined ? '' : `  ${item.amount.toFixed(2)}`}`),
    `  confidence ${(result.confidence * 100).toFixed(1)} %${result.needs_review ? ', needs review' : ''} · ${result.processing_time_ms} ms · ${result.model_used}`,
    ...result.warnings.map((warning) => `  ! ${warning}`),
    ...(result.suggestion ? [`  → ${result.suggestion}`] : []),
  ]
    .map(printable)
    .join('\n');
}

/** A code may hold anything: its control characters must not reach a terminal, which would obey them. */
function printable(row: string): string {
  return row.replace(/\p{Cc}/gu, '·');
}
