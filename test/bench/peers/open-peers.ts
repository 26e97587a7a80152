import { MissingPeer, type Peer } from './peer.ts';
import { peerVersion } from './peer-folder.ts';
import { PeerProcess } from './peer-process.ts';
import { openTesseract } from './tesseract.ts';

export interface OpenedPeers {
  /** Ours first. */
  readonly peers: Peer[];
  /** Reason by name. */
  readonly missing: Record<string, string>;
}

/**
 * @param folder where the peers from npm are installed.
 * @param warmUp an image file that each reads once before it counts.
 */
export async function openPeers(folder: string, warmUp: string): Promise<OpenedPeers> {
  const fromNpm = (name: string, file: string) => () =>
    new PeerProcess({
      name,
      version: peerVersion(folder, name),
      program: new URL(file, import.meta.url),
      args: [folder],
      warmUp,
    });
  const openers: Record<string, () => Peer | Promise<Peer>> = {
    'edge-ocr': () =>
      new PeerProcess({
        name: 'edge-ocr',
        version: 'this',
        program: new URL('./ours.ts', import.meta.url),
        args: [],
        warmUp,
      }),
    tesseract: openTesseract,
    '@gutenye/ocr-node': fromNpm('@gutenye/ocr-node', './gutenye.ts'),
    'ppu-paddle-ocr': fromNpm('ppu-paddle-ocr', './ppu-paddle-ocr.ts'),
  };
  const peers: Peer[] = [];
  const missing: Record<string, string> = {};
  for (const [name, open] of Object.entries(openers)) {
    try {
      peers.push(await open());
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw error;
      missing[name] = error.message;
    }
  }
  return { peers, missing };
}
