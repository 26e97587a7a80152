import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';

export interface LoadImage {
  readonly kind: 'receipt' | 'product';
  readonly bytes: Uint8Array;
}

export interface Answer {
  readonly kind: LoadImage['kind'];
  readonly milliseconds: number;
  readonly timings: OcrResult['timings'];
}

export interface LoadRun {
  readonly seconds: number;
  readonly answers: readonly Answer[];
  /** How often each error was the answer. */
  readonly failures: Readonly<Record<string, number>>;
}

/** So many clients, each of which sends its next image when the last is answered, until the time is over. */
export async function runLoad(
  read: (image: LoadImage) => Promise<OcrResult>,
  images: readonly LoadImage[],
  { seconds, clients }: { readonly seconds: number; readonly clients: number },
): Promise<LoadRun> {
  const answers: Answer[] = [];
  const failures: Record<string, number> = {};
  const started = performance.now();
  let next = 0;
  const client = async () => {
    while (performance.now() - started < seconds * 1000) {
      const image = images[next++ % images.length]!;
      const sent = performance.now();
      try {
        const { timings } = await read(image);
        answers.push({ kind: image.kind, milliseconds: performance.now() - sent, timings });
      } catch (error) {
        if (!(error instanceof OcrError)) throw error;
        failures[error.code] = (failures[error.code] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { seconds: (performance.now() - started) / 1000, answers, failures };
}
