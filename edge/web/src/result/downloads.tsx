import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { useSignal } from '@preact/signals';

interface Format {
  readonly name: string;
  readonly extension: string;
  readonly mediaType: string;
  /** Loaded when it is wanted: the CSV's columns bring the contract's schemas along. */
  readonly write: (result: OcrResult) => Promise<string>;
}

const FORMATS: readonly Format[] = [
  {
    name: 'JSON',
    extension: 'json',
    mediaType: 'application/json',
    write: async (result) => `${JSON.stringify(result, null, 2)}\n`,
  },
  {
    name: 'CSV',
    extension: 'csv',
    mediaType: 'text/csv',
    write: async (result) => (await import('@edge-ocr/shared/formats/csv')).toCsv([result]),
  },
  {
    name: 'hOCR',
    extension: 'hocr.html',
    mediaType: 'application/xhtml+xml',
    write: async (result) => (await import('@edge-ocr/shared/formats/hocr')).toHocr(result),
  },
];

export function Downloads({ result }: { readonly result: OcrResult }) {
  const failed = useSignal(false);
  const save = async ({ extension, mediaType, write }: Format) => {
    try {
      download(new Blob([await write(result)], { type: mediaType }), `${result.type}-${result.id}.${extension}`);
      failed.value = false;
    } catch {
      // The writer's own file could not be loaded.
      failed.value = true;
    }
  };
  return (
    <>
      <span class="muted small" aria-hidden="true">
        Download
      </span>
      {FORMATS.map((format) => (
        <button key={format.name} type="button" aria-label={`Download ${format.name}`} onClick={() => save(format)}>
          {format.name}
        </button>
      ))}
      {failed.value && <p role="alert">This could not be written. Check your connection and try again.</p>}
    </>
  );
}

function download(blob: Blob, name: string): void {
  const href = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href, download: name });
  link.click();
  // Not at once: the browser may still have to open it.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
