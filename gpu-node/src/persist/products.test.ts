import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProductReading, ProductValues } from '../products/product-reading.ts';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import type { Database } from './database.ts';
import { newJobId } from './job-id.ts';
import { syncProduct } from './products.ts';

const GTIN = '00036000291452';

let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
});
afterAll(() => cluster.stop());

function reading(shopId: string, values: ProductValues, more: Partial<ProductReading> = {}): ProductReading {
  const confidences = Object.fromEntries(Object.keys(values).map((name) => [name, 0.9]));
  return { shopId, jobId: newJobId(), at: new Date().toISOString(), barcode: GTIN, values, confidences, ...more };
}

async function productsOf(shopId: string) {
  const { rows } = await db.query('SELECT name, barcode, sku, price FROM products WHERE shop_id = $1 ORDER BY name', [
    shopId,
  ]);
  return rows;
}

test('readings of a new product at the same moment make one row, by barcode and by name', async () => {
  const shopId = randomUUID();
  const skus = ['1', '2', '3', '4', '5', '6'];
  const at = (sku: string) => ({ at: `2026-11-01T10:00:0${sku}.000Z` });
  await Promise.all(skus.map((sku) => syncProduct(db, reading(shopId, { name: 'Tea', sku }, at(sku)))));
  const byName = skus.map((sku) => reading(shopId, { name: 'Loose tea', sku }, { barcode: null, ...at(sku) }));
  await Promise.all(byName.map((each) => syncProduct(db, each)));
  expect(await productsOf(shopId)).toEqual([
    { name: 'Loose tea', barcode: null, sku: '6', price: null },
    { name: 'Tea', barcode: GTIN, sku: '6', price: null },
  ]);
});

test('a product without a name is called by its barcode until one is read, also an older one', async () => {
  const shopId = randomUUID();
  await syncProduct(db, reading(shopId, { price: { amount: 2, currency: 'GBP' } }));
  expect(await productsOf(shopId)).toMatchObject([{ name: GTIN, price: '2.00' }]);
  expect(await syncProduct(db, reading(shopId, { name: 'Tea' }, { at: '2026-01-01T00:00:00.000Z' }))).toBe(true);
  expect(await productsOf(shopId)).toMatchObject([{ name: 'Tea', price: '2.00' }]);
});

test.each(['036000291452', '0036000291452'])('what somebody entered as %s is the same product', async (barcode) => {
  const shopId = randomUUID();
  const enter = `INSERT INTO products (shop_id, name, barcode, source_at, updated_at)
                 VALUES ($1, 'Tea', $2, now() - interval '1 day', now() - interval '1 day')`;
  await db.query(enter, [shopId, barcode]);
  await syncProduct(db, reading(shopId, { sku: 'T-1' }));
  expect(await productsOf(shopId)).toMatchObject([{ name: 'Tea', barcode, sku: 'T-1' }]);
});

test('another shop’s product is another', async () => {
  const [mine, theirs] = [randomUUID(), randomUUID()];
  await syncProduct(db, reading(mine, { name: 'Tea' }));
  await syncProduct(db, reading(theirs, { name: 'Tee' }));
  expect(await productsOf(mine)).toMatchObject([{ name: 'Tea' }]);
  expect(await productsOf(theirs)).toMatchObject([{ name: 'Tee' }]);
});
