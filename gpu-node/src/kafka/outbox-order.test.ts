import { describe, expect, test } from 'vitest';
import type { OutboxRow } from '../persist/outbox.ts';
import { OutboxOrder } from './outbox-order.ts';

const row = (id: number): OutboxRow => ({
  ...{ id: BigInt(id), topic: 't', key: 'k', type: 't', payload: '{}', headers: {} },
});
/** @param begun and ended: see OutboxPage. */
const page = (ids: number[], begun: number, ended: number) => ({
  rows: ids.map(row),
  begun: BigInt(begun),
  ended: BigInt(ended),
});
const idsOf = (rows: OutboxRow[]) => rows.map(({ id }) => Number(id));

/** An order that has seen and published 1 to 10. */
function settled(): OutboxOrder {
  const order = new OutboxOrder();
  order.ready(page([10], 100, 100));
  expect(idsOf(order.ready(page([10], 100, 100)))).toEqual([10]);
  order.published(row(10));
  return order;
}

describe('OutboxOrder', () => {
  test('at first waits for whoever may hold a lower id', () => {
    const order = new OutboxOrder();
    expect(order.ready(page([10, 11], 105, 103))).toEqual([]);
    expect(order.ready(page([10, 11], 106, 104))).toEqual([]);
    expect(idsOf(order.ready(page([10, 11], 107, 105)))).toEqual([10, 11]);
  });

  test('without gaps waits for nobody, however long other transactions are open', () => {
    expect(idsOf(settled().ready(page([11, 12, 13], 500, 3)))).toEqual([11, 12, 13]);
  });

  test('publishes what is before a gap, and the rest when the gap is filled', () => {
    const order = settled();
    expect(idsOf(order.ready(page([11, 13], 200, 150)))).toEqual([11]);
    order.published(row(11));
    expect(order.ready(page([13], 200, 150))).toEqual([]);
    expect(idsOf(order.ready(page([12, 13], 201, 150)))).toEqual([12, 13]);
  });

  test('gives a gap up when all who had begun have ended, also while newer rows keep coming', () => {
    const order = settled();
    expect(order.ready(page([12], 200, 150))).toEqual([]);
    expect(order.ready(page([12, 13], 210, 199))).toEqual([]);
    // 14 is missing too, and its transaction may have begun after the first look.
    expect(idsOf(order.ready(page([12, 13, 15], 220, 200)))).toEqual([12, 13]);
    order.published(row(13));
    expect(order.ready(page([15], 230, 219))).toEqual([]);
    expect(idsOf(order.ready(page([15], 230, 220)))).toEqual([15]);
  });

  test('gives a gap up after a minute, and still takes what comes late', () => {
    const order = settled();
    expect(order.ready(page([12], 200, 150), 1000)).toEqual([]);
    expect(order.ready(page([12], 300, 150), 61_000)).toEqual([]);
    expect(idsOf(order.ready(page([12], 300, 150), 61_001))).toEqual([12]);
    order.published(row(12));
    expect(idsOf(order.ready(page([11, 13], 300, 150), 61_002))).toEqual([11, 13]);
    order.published(row(13));
    expect(idsOf(order.ready(page([14], 300, 150), 61_003))).toEqual([14]);
  });
});
