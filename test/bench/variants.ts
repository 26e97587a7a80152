/** The same receipt as other cameras, scanners and hands would deliver it. All but jpeg_30 are JPEGs of quality 95. */

import { seededRandom } from '@edge-ocr/gpu-node/geometry.fixture';
import sharp, { type Sharp } from 'sharp';
import { clutter } from './clutter.ts';

/** The receipt's share of the frame's height on a cluttered background. */
const CLUTTER_SHARE = 0.6;
/** Frames are not narrower than a phone's upright photo. */
const PHONE_ASPECT = 3 / 4;

export interface VariantRequest {
  readonly file: string;
  /** Same seed, same pixels. */
  readonly seed: number;
  /** What the pipeline takes; larger variants are kept at this. */
  readonly maxPixels: number;
}

type MakeVariant = (request: VariantRequest) => Promise<Sharp> | Sharp;

const MAKERS: Record<string, MakeVariant> = {
  rotated_90: ({ file }) => open(file).rotate(90),
  rotated_180: ({ file }) => open(file).rotate(180),
  rotated_270: ({ file }) => open(file).rotate(270),
  rotated_7: ({ file }) => open(file).rotate(7, { background: '#fff' }),
  rotated_minus_7: ({ file }) => open(file).rotate(-7, { background: '#fff' }),
  scaled_half: (request) => scaled(request, 0.5),
  scaled_double: (request) => scaled(request, 2),
  jpeg_30: ({ file }) => open(file),
  blur_1: ({ file }) => open(file).blur(1),
  // An eighth of the contrast, on old thermal paper or in a dark corner.
  faded: ({ file }) => open(file).linear(0.12, 215),
  dim: ({ file }) => open(file).linear(0.12, 10),
  clutter: onClutter,
};

/** Photos on which reading fails: confidence has to say so. */
const BAD_MAKERS: Record<string, MakeVariant> = {
  blur_3: ({ file }) => open(file).blur(3),
  blur_5: ({ file }) => open(file).blur(5),
  scaled_quarter: (request) => scaled(request, 0.25),
};

export const VARIANTS = Object.keys(MAKERS);

/** @returns the bytes of a JPEG. */
export async function makeVariant(name: string, request: VariantRequest): Promise<Uint8Array> {
  const image = await (MAKERS[name] ?? BAD_MAKERS[name]!)(request);
  return image.jpeg(name === 'jpeg_30' ? { quality: 30 } : { quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
}

function open(file: string): Sharp {
  return sharp(file, { limitInputPixels: false }).toColourspace('srgb');
}

async function scaled({ file, maxPixels }: VariantRequest, factor: number): Promise<Sharp> {
  const { width, height } = await sharp(file).metadata();
  const fitting = Math.min(factor, Math.sqrt(maxPixels / (width * height)));
  return open(file).resize(Math.floor(width * fitting), Math.floor(height * fitting), { fit: 'fill' });
}

async function onClutter({ file, seed, maxPixels }: VariantRequest): Promise<Sharp> {
  const original = await sharp(file).metadata();
  const frame = frameAround(original.width, original.height);
  const scale = Math.min(1, Math.sqrt(maxPixels / (frame.width * frame.height)));
  const [width, height] = [Math.floor(frame.width * scale), Math.floor(frame.height * scale)];
  const receipt = await open(file)
    .resize(Math.floor(original.width * scale), Math.floor(original.height * scale), { fit: 'fill' })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  const random = seededRandom(seed);
  const left = Math.floor(random() * (width - receipt.info.width));
  const top = Math.floor(random() * (height - receipt.info.height));
  const background = await clutter(width, height, seed + 1);
  return sharp(background, { limitInputPixels: false }).composite([{ input: receipt.data, left, top }]);
}

function frameAround(width: number, height: number): { width: number; height: number } {
  const frameHeight = height / CLUTTER_SHARE;
  return { width: Math.max(frameHeight * PHONE_ASPECT, width * 1.2), height: frameHeight };
}
