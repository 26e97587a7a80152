/** What calibration saw of a model's values (`npm run bench -- calibrate`), as it is kept in models/calibration. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ChannelRange } from './onnx/code-grid.ts';
import type { Calibration } from './onnx/quantise.ts';

/** Half-precision numbers in base64: as text they would fill half a megabyte, and no one reads sixteen thousand ranges. */
const halves = z.base64();
const fileSchema = z.record(z.string(), z.strictObject({ low: halves, high: halves, drift: halves.optional() }));

/** A model that was never calibrated has no 8-bit form. */
export function hasCalibration(model: string): boolean {
  return existsSync(fileOf(model));
}

/** @returns null for a model that was never calibrated. */
export function readCalibration(model: string): Calibration | null {
  if (!hasCalibration(model)) return null;
  const stored = fileSchema.parse(JSON.parse(readFileSync(fileOf(model), 'utf8')));
  return Object.fromEntries(
    Object.entries(stored).map(([value, { low, high, drift }]) => [
      value,
      { low: decode(low), high: decode(high), ...(drift && { drift: decode(drift) }) },
    ]),
  );
}

export function writeCalibration(model: string, calibration: Calibration): void {
  const stored = Object.fromEntries(Object.entries(calibration).map(([value, range]) => [value, encodeRange(range)]));
  writeFileSync(fileOf(model), `${JSON.stringify(stored, null, 2)}\n`);
}

function fileOf(model: string): string {
  return fileURLToPath(new URL(`../calibration/${model}.json`, import.meta.url));
}

function encodeRange({ low, high, drift }: ChannelRange) {
  return { low: encode(low), high: encode(high), ...(drift && { drift: encode(drift) }) };
}

/** Little-endian, as every machine that Node runs on. */
function encode(numbers: readonly number[]): string {
  return Buffer.from(Float16Array.from(numbers).buffer).toString('base64');
}

function decode(text: string): number[] {
  return Array.from(new Float16Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
}
