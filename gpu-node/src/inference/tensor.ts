export interface FloatTensor {
  /** Row-major. */
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** The buffer of a tensor, for moving it between threads. */
export function bufferOf({ data }: FloatTensor): ArrayBuffer {
  return data.buffer as ArrayBuffer;
}
