/** The same photo in other bytes: what messengers, galleries and second uploads make of one. */
import sharp, { type Sharp } from 'sharp';

const MAKERS: Record<string, (file: string) => Sharp | Promise<Sharp>> = {
  jpeg_60: (file) => open(file),
  scaled_0_5: (file) => scaled(file, 0.5),
  scaled_0_8: (file) => scaled(file, 0.8),
  cropped_2: cropped,
  brighter_15: (file) => open(file).linear(1.15, 0),
  darker_15: (file) => open(file).linear(0.85, 0),
  rotated_1: (file) => open(file).rotate(1, { background: '#fff' }),
};

export const COPIES = Object.keys(MAKERS);

/** @returns the bytes of a JPEG without metadata. */
export async function makeCopy(name: string, file: string): Promise<Uint8Array> {
  const image = await MAKERS[name]!(file);
  return image.jpeg({ quality: name === 'jpeg_60' ? 60 : 85 }).toBuffer();
}

function open(file: string): Sharp {
  return sharp(file, { limitInputPixels: false }).autoOrient().toColourspace('srgb');
}

async function scaled(file: string, factor: number): Promise<Sharp> {
  const { width } = await sharp(file).metadata();
  return open(file).resize({ width: Math.round(width * factor) });
}

/** Two per cent off each side. */
async function cropped(file: string): Promise<Sharp> {
  const { width, height } = (await sharp(file).metadata()).autoOrient;
  const [left, top] = [Math.round(0.02 * width), Math.round(0.02 * height)];
  return open(file).extract({ left, top, width: width - 2 * left, height: height - 2 * top });
}
