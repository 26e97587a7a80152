/** Requests as shops send them: photos that are new, photos that were sent before, and what is no photo at all. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fixturePath } from '../fixtures/truth.ts';
import { pick, type Random, seededRandom } from '../seeded-random.ts';
import type { LoadRequest } from './open-loop.ts';

/** repeat: a receipt that was read before; receipt and product: new ones; bad: what is refused. */
export type Kind = 'repeat' | 'receipt' | 'product' | 'bad';
export type Shares = Readonly<Record<Kind, number>>;

export const DEFAULT_SHARES: Shares = { repeat: 0.3, receipt: 0.4, product: 0.2, bad: 0.1 };

/** @param text such as repeat=0.3,receipt=0.4; kinds that it does not name do not come. @throws Error */
export function parseShares(text: string): Shares {
  const shares = { repeat: 0, receipt: 0, product: 0, bad: 0 };
  for (const part of text.split(',')) {
    const [kind = '', share = ''] = part.split('=');
    if (!(kind in shares) || !/^\d+(\.\d+)?$/.test(share)) {
      throw new Error(`"${part}" is none of repeat=N, receipt=N, product=N, bad=N`);
    }
    shares[kind as Kind] = Number(share);
  }
  if (Object.values(shares).every((share) => share === 0)) throw new Error('All shares are 0');
  return shares;
}

/** Somebody at a shop. */
export interface Client {
  readonly shopId: string;
  /** Value of the Authorization header for a request. */
  readonly authorize: (method: string, target: string, body: Uint8Array) => string;
}

export interface MixOptions {
  /** Origins, which are sent to in turn: of the edge, or of nodes. */
  readonly origins: readonly string[];
  readonly clients: readonly Client[];
  readonly shares: Shares;
  readonly seed: number;
}

/** Repeats of each shop are of so many images. */
const KNOWN_IMAGES = 4;
const PATH = '/api/v1/ocr/process';
const OK = [200];

export interface Mix {
  /** The next request; each call draws anew from the seed. */
  next(): LoadRequest;
  /** The images that are repeated, to be sent once before the load begins. */
  readonly warmUp: readonly LoadRequest[];
}

export async function createMix({ origins, clients, shares, seed }: MixOptions): Promise<Mix> {
  const photos = await readPhotos();
  const random = seededRandom(seed);
  let sent = 0;
  const post = (kind: Kind, client: Client, given: Partial<Posted>): LoadRequest => {
    const { type = 'receipt', image = null, expected = OK, isAuthorized = true } = given;
    const target = `${PATH}?type=${type}`;
    const body = image ?? Buffer.alloc(0);
    const authorization = isAuthorized ? { authorization: client.authorize('POST', target, body) } : {};
    return {
      kind,
      method: 'POST',
      url: `${origins[sent++ % origins.length]}${target}`,
      headers: { 'content-type': 'image/jpeg', ...authorization },
      body,
      expected,
      ...(image && { sha256: createHash('sha256').update(image).digest('hex') }),
    };
  };
  const repeated = (client: Client, number: number) =>
    post('repeat', client, { image: marked(photos.receipts[number % photos.receipts.length]!, `again ${number}`) });
  const anyClient = () => clients[Math.floor(random() * clients.length)]!;
  const makers: Record<Kind, (client: Client) => LoadRequest> = {
    repeat: (client) => repeated(client, Math.floor(random() * KNOWN_IMAGES)),
    receipt: (client) => post('receipt', client, { image: marked(one(photos.receipts, random), `${seed} ${sent}`) }),
    product: (client) =>
      post('product', client, { type: 'product', image: marked(one(photos.labels, random), `${seed} ${sent}`) }),
    bad: (client) => post('bad', client, one(badInputs(photos, random), random)),
  };
  return {
    next: () => makers[pick(shares, random)](anyClient()),
    warmUp: clients.flatMap((client) => Array.from({ length: KNOWN_IMAGES }, (_, number) => repeated(client, number))),
  };
}

interface Posted {
  readonly type: string;
  readonly image: Buffer | null;
  readonly expected: readonly number[];
  readonly isAuthorized: boolean;
}

interface Photos {
  readonly receipts: readonly Buffer[];
  readonly labels: readonly Buffer[];
}

/** What clients get wrong, with the status that says so. */
function badInputs({ receipts }: Photos, random: Random): Partial<Posted>[] {
  const [receipt] = receipts;
  return [
    { image: Buffer.from(`this is no image ${random()}`), expected: [415] },
    // Cut off inside its header.
    { image: marked(receipt!, String(random())).subarray(0, 60), expected: [422] },
    { image: receipt!, type: 'passport-of-mars', expected: [400] },
    { image: null, expected: [400] },
    { image: receipt!, isAuthorized: false, expected: [401] },
  ];
}

async function readPhotos(): Promise<Photos> {
  const read = (names: readonly string[]) => Promise.all(names.map((name) => readFile(fixturePath(name))));
  const [receipts, labels] = await Promise.all([
    read(['receipt-2.jpg', 'receipt-3.jpg']),
    read(['label-1.jpg', 'label-2.jpg']),
  ]);
  return { receipts, labels };
}

const JPEG_START_BYTES = 2;
const COMMENT_MARKER = 0xfffe;

/** The same JPEG with a comment, so that it is another file: no cache knows it, and every decoder shows the same picture. */
export function marked(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment, 'latin1');
  const head = Buffer.alloc(4);
  head.writeUInt16BE(COMMENT_MARKER, 0);
  head.writeUInt16BE(text.byteLength + 2, 2);
  return Buffer.concat([jpeg.subarray(0, JPEG_START_BYTES), head, text, jpeg.subarray(JPEG_START_BYTES)]);
}

function one<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random() * choices.length)]!;
}
