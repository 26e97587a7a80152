import { OcrError } from '@edge-ocr/shared/errors';
import { describe, expect, test } from 'vitest';
import { Admission } from './admission.ts';

const refusal = (admission: Admission): OcrError => {
  try {
    admission.enter(1);
  } catch (error) {
    return error as OcrError;
  }
  throw new Error('was let in');
};

describe('Admission', () => {
  test('lets in up to its limit, then refuses with a time to come back', () => {
    const admission = new Admission({ requests: 2, bytes: 1000 });
    const leave = admission.enter(1);
    admission.enter(1);
    expect(admission.inFlight).toBe(2);
    const error = refusal(admission);
    expect(error).toBeInstanceOf(OcrError);
    expect(error).toMatchObject({ code: 'OVERLOADED' });
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    expect(admission.inFlight).toBe(2);
    leave();
    expect(admission.enter(1)).toBeTypeOf('function');
  });

  test('drain refuses newcomers at once and waits for the last one inside', async () => {
    const admission = new Admission({ requests: 5, bytes: 1000 });
    const leaves = [admission.enter(1), admission.enter(1)];
    let drained = false;
    const draining = admission.drain().then(() => {
      drained = true;
    });
    expect(admission.isOpen).toBe(false);
    expect(refusal(admission)).toMatchObject({ code: 'OVERLOADED', message: 'The node is draining' });
    leaves[0]!();
    await new Promise(setImmediate);
    expect(drained).toBe(false);
    leaves[1]!();
    await draining;
    expect(admission.inFlight).toBe(0);
  });

  test('drain of an idle node is done at once, also a second time', async () => {
    const admission = new Admission({ requests: 1, bytes: 1000 });
    expect(admission.isOpen).toBe(true);
    await Promise.all([admission.drain(), admission.drain()]);
    expect(admission.isOpen).toBe(false);
  });

  test('one that is leaving lets newcomers in, says so, and can change its mind', () => {
    const admission = new Admission({ requests: 5, bytes: 1000 });
    const said = () => [admission.isOpen, admission.isStaying];
    expect(said()).toEqual([true, true]);
    admission.announceLeaving();
    expect(said()).toEqual([true, false]);
    admission.enter(1)();
    admission.close();
    expect(refusal(admission)).toMatchObject({ code: 'OVERLOADED', message: 'The node is draining' });
    admission.announceLeaving();
    expect(said()).toEqual([false, false]);
    admission.reopen();
    expect(said()).toEqual([true, true]);
    admission.enter(1)();
  });

  test('refuses bytes beyond its limit, but an idle node takes any image', () => {
    const admission = new Admission({ requests: 10, bytes: 100 });
    const leave = admission.enter(150);
    expect(() => admission.enter(1)).toThrow(OcrError);
    leave();
    const small = admission.enter(60);
    expect(() => admission.enter(41)).toThrow(OcrError);
    small();
    expect(admission.enter(41)).toBeTypeOf('function');
  });
});
