/** The kinds of values that variables have. */
import { resolve } from 'node:path';
import { INTERNAL_SECRET_MIN_BYTES } from '@edge-ocr/shared/internal';
import { z } from 'zod';

export const MIB = 1024 * 1024;
export const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
export const fraction = z.coerce.number().min(0).max(1);
export const flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });
/** Of a file or folder, absolute. */
export const path = z.string().transform((file) => resolve(file));
export const secret = z
  .string()
  .refine(
    (text) => Buffer.byteLength(text) >= INTERNAL_SECRET_MIN_BYTES,
    `must have ${INTERNAL_SECRET_MIN_BYTES} bytes or more`,
  );

/** What variables are once they are parsed. */
export type VariablesOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;
