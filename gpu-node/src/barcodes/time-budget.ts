/** Milliseconds a pixel that noise and broken PDF417 cost, where photos cost a tenth of it. */
const WORST_READING = 0.000_28;
/** Only so much of what is left is planned for: a machine that is busy takes longer than it just did. */
const PLANNED = 0.75;

const LAST_STEP_MS = 6;

/**
 * The time that the barcodes of one image may take. WASM cannot be interrupted, so a look is begun only when what the image
 * has cost so far says that it will end in time.
 */
export class TimeBudget {
  readonly #deadline: number;
  /** Milliseconds a pixel that zxing-cpp took for this image: photos and noise differ tenfold, machines as much. */
  #reading = WORST_READING;
  #looks = 0;

  constructor(milliseconds: number, started = performance.now()) {
    this.#deadline = started + milliseconds;
  }

  /** For work in steps of a few milliseconds, that would rather stop early than late. */
  get isOver(): boolean {
    return performance.now() >= this.#deadline - LAST_STEP_MS;
  }

  /** Milliseconds that may still be planned for. */
  get left(): number {
    return PLANNED * (this.#deadline - performance.now());
  }

  /** Pixels that can be read in what is left, `overhead` milliseconds a pixel being spent on preparing them. */
  pixelsLeft(overhead = 0): number {
    return Math.max(0, Math.floor(this.left / (this.#reading + overhead)));
  }

  /** Run a look at so many pixels, and learn from it what a look takes; the slowest yet is what is planned with. */
  async learn<T>(pixels: number, look: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await look();
    const took = (performance.now() - started) / Math.max(pixels, MIN_PIXELS);
    this.#reading = Math.max(this.#looks++ === 0 ? MIN_READING : this.#reading, took);
    return result;
  }
}

/** Below this the fixed cost of a call is all that is measured. */
const MIN_PIXELS = 20_000;
/** A blank image costs next to nothing, an enhanced copy of it may be full of grain. */
const MIN_READING = 0.000_02;
