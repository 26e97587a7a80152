import { createWorker, OEM, PSM, type Word } from 'tesseract.js';

/** As its data files are named, joined by +. */
export type TesseractLanguages = 'eng' | 'ben';

/** One word as Tesseract tells it: in pixels of the image, confidence 0 to 100. */
export type TesseractWord = Pick<Word, 'text' | 'confidence' | 'bbox'>;

/** A thread with Tesseract compiled to WebAssembly, which cannot be told to stop: it is ended. */
export interface TesseractWorker {
  readonly languages: TesseractLanguages;
  /** @param file a PGM of one line. @throws Error of Tesseract. */
  read(file: Uint8Array): Promise<TesseractWord[]>;
  /** What is being read then never ends. */
  end(): Promise<void>;
}

/**
 * @param dataFolder of LANGUAGE.traineddata.gz; nothing is fetched, and nothing written.
 * @param onDeath is called when the thread ends by itself, such as for want of memory.
 */
export async function startTesseractWorker(
  languages: TesseractLanguages,
  dataFolder: string,
  onDeath: (error: Error) => void,
): Promise<TesseractWorker> {
  const worker = await createWorker(languages, OEM.LSTM_ONLY, {
    langPath: dataFolder,
    cacheMethod: 'none',
    // Without one, a failure that is also told by the promise is thrown where nobody can catch it.
    errorHandler: () => undefined,
  });
  const { worker: thread } = worker as unknown as { worker: import('node:worker_threads').Worker };
  thread.on('error', onDeath);
  await worker.setParameters({
    tessedit_pageseg_mode: PSM.SINGLE_LINE,
    // It writes figures of every blank line to the process's output otherwise.
    debug_file: '/dev/null',
  });
  return {
    languages,
    async read(file) {
      // A Buffer, although only its bytes count: anything else is taken for a path or an element of a page.
      const { data } = await worker.recognize(Buffer.from(file), {}, { text: false, blocks: true });
      const lines = (data.blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
      return lines.flatMap((line) => line.words.map(({ text, confidence, bbox }) => ({ text, confidence, bbox })));
    },
    async end() {
      await worker.terminate();
    },
  };
}
