import { expect, test } from 'vitest';
import { isJobId, newJobId, timeOfJobId } from '../persist/job-id.ts';
import { imageIdOf } from './image-id.ts';

test('the images of a batch have ids of its time, each its own and always the same', () => {
  const batchId = newJobId();
  const ids = Array.from({ length: 10 }, (_, index) => imageIdOf(batchId, index));
  expect(ids.every(isJobId)).toBe(true);
  expect(new Set([...ids, batchId]).size).toBe(11);
  expect(ids.map((id) => timeOfJobId(id))).toEqual(Array(10).fill(timeOfJobId(batchId)));
  expect(imageIdOf(batchId, 3)).toBe(ids[3]);
  expect(imageIdOf(newJobId(), 3)).not.toBe(ids[3]);
});
