/** @gutenye/ocr-node with its defaults: the same PP-OCRv4 files. Argument: the folder it is installed in. */
import { importPeer } from './peer-folder.ts';
import { serve } from './serve.ts';

const { default: Ocr } = await importPeer(process.argv[2]!, '@gutenye/ocr-node');
const ocr = await Ocr.create();
serve(async (file) => {
  const lines: { text: string }[] = await ocr.detect(file);
  return lines.map(({ text }) => text).join('\n');
});
