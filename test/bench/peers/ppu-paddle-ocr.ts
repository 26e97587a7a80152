/** ppu-paddle-ocr with its defaults, given the PP-OCRv4 files of the manifest. Argument: the folder it is installed in. */
import { readFile } from 'node:fs/promises';
import { describeModel, verifiedFile } from '@edge-ocr/models/manifest';
import { importPeer } from './peer-folder.ts';
import { serve } from './serve.ts';

const detect = describeModel('pp-ocrv4-mobile-det');
const recognise = describeModel('pp-ocrv4-mobile-rec');
// It takes the last entry for the space, which the file leaves out.
const alphabet = `${await readFile(await verifiedFile(recognise.alphabet!), 'utf8')}\n `;

const { PaddleOcrService } = await importPeer(process.argv[2]!, 'ppu-paddle-ocr');
const service = new PaddleOcrService({
  model: {
    detection: await verifiedFile({ ...detect.origin, sha256: detect.sha256 }),
    recognition: await verifiedFile({ ...recognise.origin, sha256: recognise.sha256 }),
    charactersDictionary: arrayBuffer(Buffer.from(alphabet)),
  },
});
await service.initialize();
serve(async (file) => (await service.recognize(arrayBuffer(await readFile(file)), { noCache: true })).text);

/** A copy of its own: a small Buffer is part of a shared pool. */
function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
