import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Answer, ApiClient } from '../end-to-end/api-client.ts';
import { textPath } from '../fixtures/render/text.ts';

export interface Sent {
  readonly sha256: string;
  readonly answer: Answer;
}

export interface SteadyLoad {
  /** Requests begun so far. */
  readonly begun: number;
  /** Begins no more. @returns what came of all. */
  stop(): Promise<Sent[]>;
}

/** More at a time only says that the machine cannot keep up: the next ones are left out until it does. */
const MAX_UNDER_WAY = 100;

/** Sends images that nobody has sent before, so many a second, however long the ones before take. */
export function startLoad(clients: readonly ApiClient[], perSecond: number): SteadyLoad {
  const sent: Promise<Sent>[] = [];
  let underWay = 0;
  let leftOut = 0;
  const began = performance.now();
  const begin = () => {
    underWay++;
    sent.push(send(clients[sent.length % clients.length]!, sent.length).finally(() => underWay--));
  };
  // By the clock: the ticks themselves come late on a busy machine.
  const timer = setInterval(() => {
    const due = ((performance.now() - began) * perSecond) / 1000;
    while (sent.length + leftOut < due) underWay < MAX_UNDER_WAY ? begin() : leftOut++;
  }, 1000 / perSecond);
  return {
    get begun() {
      return sent.length;
    },
    async stop() {
      clearInterval(timer);
      const rate = (sent.length * 1000) / (performance.now() - began);
      console.info(`${sent.length} requests were sent, ${rate.toFixed(1)} a second of the ${perSecond} wanted`);
      return await Promise.all(sent);
    },
  };
}

/** Sends the picture of a number. */
export async function send(client: ApiClient, number: number): Promise<Sent> {
  const image = await ticket(number);
  const sha256 = createHash('sha256').update(image).digest('hex');
  const answer = await client.postFile(image, { type: 'receipt', extract_barcodes: 'false' }, 'image/png');
  return { sha256, answer };
}

/** Small enough that two cores read some 20 of them a second beside everything else. */
export function ticket(number: number): Promise<Buffer> {
  const text = textPath(`No ${10_000 + number}`, 30, 52, { family: 'inconsolata', size: 36, bold: true });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80">
    <rect width="100%" height="100%" fill="#fff"/>${text}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}
