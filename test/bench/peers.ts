/**
 * `npm run bench -- peers --dataset DIR [--limit N] [--peers DIR] [--install]`: this project against Tesseract's
 * command line, @gutenye/ocr-node and ppu-paddle-ocr. Image by image, every peer in turn, in an order that rotates;
 * from the path of a file to its whole text. The JavaScript peers and we run in processes of their own, started and
 * warmed once. A failure (120 s are the limit) counts as an image on which nothing was read, with the time it took.
 * time_ratio: a peer's median over ours. image_ratio: median of the per-image ratios.
 */
import { percentile, rounded, timeFigures } from './figures.ts';
import { spread } from './images.ts';
import { openPeers } from './peers/open-peers.ts';
import type { Peer } from './peers/peer.ts';
import { installPeers } from './peers/peer-folder.ts';
import { type Receipt, readSroie } from './sroie.ts';
import { f1, type Overlap, sumOverlaps, wordOverlap } from './word-f1.ts';

const TIMEOUT_MS = 120_000;

export interface PeersOptions {
  readonly dataset: string;
  readonly limit: number;
  /** Where the peers from npm are, or are to be installed. */
  readonly folder: string;
  readonly install: boolean;
}

interface Reading {
  readonly words: Overlap;
  readonly milliseconds: number;
  readonly failure: string | null;
}

export async function benchPeers({ dataset, limit, folder, install }: PeersOptions) {
  if (install) installPeers(folder);
  const receipts = spread(readSroie(dataset), limit);
  const { peers, missing } = await openPeers(folder, receipts[0]!.image);
  const readings = new Map<Peer, Reading[]>(peers.map((peer) => [peer, []]));
  try {
    for (const [i, receipt] of receipts.entries()) {
      for (const peer of rotated(peers, i)) readings.get(peer)!.push(await read(peer, receipt));
    }
  } finally {
    for (const peer of peers) await peer.close();
  }
  const ours = readings.get(peers[0]!)!;
  return {
    images: receipts.length,
    peers: peers.map((peer) => ({ name: peer.name, version: peer.version, ...figures(readings.get(peer)!, ours) })),
    missing,
  };
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function read(peer: Peer, { image, lines }: Receipt): Promise<Reading> {
  const truth = lines.map(({ text }) => text);
  await peer.prepare();
  const started = performance.now();
  try {
    const text = await peer.read(image, TIMEOUT_MS);
    return { words: wordOverlap(text, truth), milliseconds: performance.now() - started, failure: null };
  } catch (error) {
    const failure = `${image}: ${String(error)}`;
    return { words: wordOverlap('', truth), milliseconds: performance.now() - started, failure };
  }
}

function figures(readings: readonly Reading[], ours: readonly Reading[]) {
  const words = sumOverlaps(readings.map((reading) => reading.words));
  const times = readings.map(({ milliseconds }) => milliseconds);
  const oursTimes = ours.map(({ milliseconds }) => milliseconds);
  const ratios = times.map((milliseconds, i) => milliseconds / oursTimes[i]!);
  return {
    word_f1: rounded(f1(words)),
    ...timeFigures(times),
    p95_over_p50: rounded(percentile(times, 0.95) / percentile(times, 0.5), 2),
    time_ratio: rounded(percentile(times, 0.5) / percentile(oursTimes, 0.5), 2),
    image_ratio: rounded(percentile(ratios, 0.5), 2),
    failures: readings.flatMap(({ failure }) => failure ?? []),
  };
}
