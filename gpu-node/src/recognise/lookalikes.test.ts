import { describe, expect, test } from 'vitest';
import { mendLookalikes } from './lookalikes.ts';

describe('mendLookalikes', () => {
  test.each([
    ['N0', 'NO'],
    ['INV0ICE', 'INVOICE'],
    ['BR00M', 'BROOM'],
    ['r00t', 'root'],
    ['T0TAL:', 'TOTAL:'],
  ])('reads the zeros of %s as letters', (read, meant) => {
    expect(mendLookalikes(read)).toBe(meant);
  });

  test.each([
    ['4330O', '43300'],
    ['475OO', '47500'],
    ['#O2', '#02'],
    ['-RMO.01', '-RM0.01'],
    ['1OOS)', '100S)'],
    ['5OMM', '50MM'],
    ['1OOX2O', '100X20'],
    ['O7-826', '07-826'],
  ])('reads the Os of %s as zeros', (read, meant) => {
    expect(mendLookalikes(read)).toBe(meant);
  });

  test.each(['RM0.50', '0.00', '0%', '16OZ', 'SS20/3B', 'OK', 'A10', '2OFF', 'ROOM', '0', 'CO.,', '000001'])(
    'leaves %s alone',
    (word) => {
      expect(mendLookalikes(word)).toBe(word);
    },
  );
});
