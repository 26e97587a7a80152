import { type PaddleParts, recogniseLine } from '../recognise/recognise-line.ts';
import type { LineEngine } from './line-engine.ts';

/** The recogniser of PaddleOCR, whose crops share batches across requests; writing in Latin letters. */
export function paddleEngine(model: string, parts: PaddleParts): LineEngine {
  return {
    name: 'paddle',
    model,
    languages: ['en'],
    readLine: (page, rect, { signal, effort }) => recogniseLine(page, rect, parts, signal, effort),
    // Its networks and threads are the node's.
    close: async () => undefined,
  };
}
