/**
 * An engine whose computing is a wait: every image takes the same time in one of so many slots, and no processor at all.
 * Everything around it is the node's own (headers, pipeline, batches, fields, checks, duplicates, PostgreSQL): so what is
 * measured with it is the system and not the model, nor the cores of the machine that measures.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineConfig } from '@edge-ocr/gpu-node/config';
import { inspectImage } from '@edge-ocr/gpu-node/decode/decode-image';
import { lineEngines } from '@edge-ocr/gpu-node/engines/choose-engines';
import { paddleEngine } from '@edge-ocr/gpu-node/engines/paddle-engine';
import { type RotatedRect, rectOf } from '@edge-ocr/gpu-node/geometry';
import { CROP_PADDING, type Engine } from '@edge-ocr/gpu-node/inference/engine';
import { ON_CPU } from '@edge-ocr/gpu-node/inference/execution';
import type { InferencePool } from '@edge-ocr/gpu-node/inference/inference-pool';
import { PixelBudget } from '@edge-ocr/gpu-node/pixel-budget';
import { pixelRoom } from '@edge-ocr/gpu-node/pixels';
import { CropBatcher } from '@edge-ocr/gpu-node/recognise/crop-batcher';
import type { ReadWord } from '@edge-ocr/gpu-node/recognise/words';
import { createHeicPool } from '@edge-ocr/gpu-node/workers/heic-pool';
import { createPdfPool } from '@edge-ocr/gpu-node/workers/pdf-pool';
import { PixelMemory } from '@edge-ocr/gpu-node/workers/pixel-memory';
import type { StagePool } from '@edge-ocr/gpu-node/workers/stage-pool';

export interface ServiceTime {
  /** Of one image. */
  readonly serviceMs: number;
  /** Images at a time; further ones wait, first come, first served. */
  readonly slots: number;
}

export const TIMED_MODEL = 'timed-engine';

/** Every photo shows so many lines, at sizes that need no second look. */
const LINES = 12;
const PAGE = { width: 600, height: 900 };
const LINE_HEIGHT = 32;
const LINE_WIDTH = 420;

export function createTimedEngine(config: EngineConfig, time: ServiceTime): Engine {
  const inference = timedInference(time);
  const stages = quickStages(config.MAX_IDLE_PIXEL_BYTES);
  const heic = createHeicPool(config.WORKER_THREADS);
  const pdf = createPdfPool(config.PDF_THREADS);
  const batches = {
    maxCrops: config.BATCH_MAX_CROPS,
    maxTotalWidth: config.BATCH_MAX_WIDTH,
    padding: CROP_PADDING,
    concurrency: time.slots + 1,
    network: 'recognise' as const,
  };
  const crops = new CropBatcher(stages, inference, batches);
  const paddle = paddleEngine(TIMED_MODEL, { config, stages, crops, skim: null });
  return {
    config,
    files: {},
    inference,
    execution: ON_CPU,
    buckets: null,
    stages,
    heic,
    pdf,
    crops,
    skim: null,
    lines: lineEngines([paddle], config),
    pixels: new PixelBudget(config.MAX_PIXELS_IN_FLIGHT),
    modelNames: [TIMED_MODEL],
    modelVersion: `${TIMED_MODEL}-${time.serviceMs}-${time.slots}`,
    close: async () => {
      await Promise.all([heic.close(), pdf.close()]);
    },
  };
}

/** The detector, which sees each photo once, takes the whole time; the recogniser none. */
function timedInference({ serviceMs, slots }: ServiceTime): InferencePool {
  let free = slots;
  const waiting: (() => void)[] = [];
  return {
    async run(network, { dims }) {
      if (network !== 'detect') return { data: new Float32Array(0), dims: [dims[0]!, 0, 0] };
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      await sleep(serviceMs);
      const next = waiting.shift();
      if (next) next();
      else free++;
      return { data: new Float32Array(0), dims: [1, 1, dims[2]!, dims[3]!] };
    },
    close: async () => {},
  };
}

/** Tensors say their size and hold nothing: nobody computes with them. */
function quickStages(maxIdlePixelBytes: number): StagePool {
  const memory = new PixelMemory(maxIdlePixelBytes);
  const empty = (dims: number[]) => ({ data: new Float32Array(0), dims });
  const handlers: Record<string, (task: Task) => unknown> = {
    // The real one: what is no image is refused as ever.
    inspect: ({ file, limits }) => inspectImage(file, limits),
    decode: ({ memory: room }) => ({
      pixels: { data: pixelRoom(3 * PAGE.width * PAGE.height, room), ...PAGE },
      originalWidth: PAGE.width,
      originalHeight: PAGE.height,
    }),
    prepareDetection: () => ({ ...empty([1, 3, PAGE.height, PAGE.width]), content: PAGE }),
    textBoxes: () => Array.from({ length: LINES }, (_, row) => ({ rect: rowAt(row), score: 1, kernelSide: 20 })),
    cutCrops: ({ crops, width }) => empty([crops.length, 3, 48, width]),
    words: ({ probabilities }) => Array.from({ length: probabilities.dims[0]! }, () => lineOfText()),
    barcodes: () => [],
    appearance: () => ({ page: randomBits(), text: randomBits() }),
  };
  return {
    memory,
    run: async (name, task) => {
      const handler = handlers[name];
      if (!handler) throw new Error(`The timed engine has no stage ${name}`);
      return (await handler(task as unknown as Task)) as never;
    },
    close: async () => {},
  };
}

/** What the stages above look at, of all tasks. */
interface Task {
  readonly file: Parameters<typeof inspectImage>[0];
  readonly limits: Parameters<typeof inspectImage>[1];
  readonly memory?: SharedArrayBuffer;
  readonly crops: readonly unknown[];
  readonly width: number;
  readonly probabilities: { readonly dims: readonly number[] };
}

function rowAt(row: number): RotatedRect {
  const [left, top] = [90, 60 + 60 * row];
  return rectOf([
    { x: left, y: top },
    { x: left + LINE_WIDTH, y: top },
    { x: left + LINE_WIDTH, y: top + LINE_HEIGHT },
    { x: left, y: top + LINE_HEIGHT },
  ]);
}

const number = (below: number) => Math.floor(Math.random() * below);
const amount = () => `${number(90)}.${10 + number(90)}`;
/** Never the same page twice, or each would be compared with all before as the duplicate that it seems to be. */
const ROWS: readonly (() => string)[] = [
  () => `SHOP ${number(1e6)} LTD`,
  () => `${10 + number(18)}/0${1 + number(9)}/2026`,
  () => `MILK ${amount()}`,
  () => `BREAD ${amount()}`,
  () => `TOTAL ${amount()}`,
  () => `RECEIPT ${number(1e9)}`,
];

const STEPS_A_CHARACTER = 3;

function lineOfText(): ReadWord[] {
  let step = 0;
  return ROWS[number(ROWS.length)]!()
    .split(' ')
    .map((text) => {
      const characters = [...text].map((character) => {
        const start = step;
        step += STEPS_A_CHARACTER;
        return { text: character, confidence: 0.99, start, end: start + 1, spaceBefore: 0 };
      });
      step += STEPS_A_CHARACTER;
      return { text, characters };
    });
}

/** 64 bits, as PostgreSQL keeps a perceptual hash: signed. */
function randomBits(): bigint {
  return BigInt.asIntN(64, (BigInt(number(2 ** 32)) << 32n) | BigInt(number(2 ** 32)));
}
