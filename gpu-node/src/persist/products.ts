/** Products as OCR read them, by shop and barcode, or by name where there is no barcode. */
import { latestSource, mergeProduct, type Product } from '../products/merge-product.ts';
import { nameKey, type ProductReading, type ProductValues } from '../products/product-reading.ts';
import type { Queryable, Transactional } from './database.ts';

interface ProductRow {
  id: string;
  name: string;
  price: string | null;
  currency: string | null;
  barcode: string | null;
  sku: string | null;
  expiry_date: string | null;
  quantity: string | null;
  created_by_ocr: boolean;
  ocr_sources: Product['sources'];
  written_at: Date;
}

const COLUMNS = `id, name, price, currency, barcode, sku, expiry_date, quantity, created_by_ocr, ocr_sources,
                 greatest(source_at, updated_at) AS written_at`;

const FIND_BY_BARCODE = {
  name: 'find-product-by-barcode',
  text: `SELECT ${COLUMNS} FROM products WHERE shop_id = $1 AND barcode = ANY ($2)
         ORDER BY length(barcode) DESC LIMIT 1 FOR UPDATE`,
};
const FIND_BY_NAME = {
  name: 'find-product-by-name',
  text: `SELECT ${COLUMNS} FROM products WHERE shop_id = $1 AND name_key = $2 AND barcode IS NULL FOR UPDATE`,
};
const INSERT = {
  name: 'insert-product',
  text: `INSERT INTO products (shop_id, barcode, name, name_key, created_by_ocr, source_at, source_job_id)
         VALUES ($1, $2, $3, $4, true, $5, $6) ON CONFLICT DO NOTHING`,
};
const UPDATE = {
  name: 'update-product',
  text: `UPDATE products SET name = $3, price = $4, currency = $5, sku = $6, expiry_date = $7, quantity = $8,
           ocr_sources = $9, ocr_processed = true, ocr_confidence = $10, source_job_id = $11,
           source_at = greatest(source_at, $12), updated_at = now(),
           name_key = CASE WHEN barcode IS NULL THEN name_key END
         WHERE shop_id = $1 AND id = $2`,
};

/**
 * Creates or updates the product that was read. Readings may come late and several times: see mergeProduct.
 * @returns whether anything changed.
 * @throws DatabaseAwayError
 */
export async function syncProduct(db: Transactional, reading: ProductReading): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const found = await find(transaction, reading);
    const isNew = found === undefined && (await insert(transaction, reading));
    const row = found ?? (await find(transaction, reading));
    if (!row) throw new Error('A product vanished while it was written');
    const merged = mergeProduct(isNew ? EMPTY : productOf(row), reading);
    if (!merged) return false;
    const { name = row.name, price, sku, expiry_date, quantity } = merged.values;
    const source = latestSource(merged.sources);
    await transaction.query(UPDATE, [
      ...[reading.shopId, row.id, name, price?.amount, price?.currency, sku, expiry_date, quantity],
      ...[JSON.stringify(merged.sources), source?.confidence, source?.job, source?.at],
    ]);
    return true;
  });
}

const EMPTY: Product = { values: {}, sources: {}, writtenAt: '' };

async function find(db: Queryable, { shopId, barcode, values }: ProductReading): Promise<ProductRow | undefined> {
  const { rows } =
    barcode === null
      ? await db.query<ProductRow>(FIND_BY_NAME, [shopId, nameKey(values.name ?? '')])
      : await db.query<ProductRow>(FIND_BY_BARCODE, [shopId, spellings(barcode)]);
  return rows[0];
}

/** Until a name is read a product is called by its barcode. */
async function insert(db: Queryable, { shopId, barcode, values, at, jobId }: ProductReading): Promise<boolean> {
  const name = values.name ?? (barcode as string);
  const { rowCount } = await db.query(INSERT, [
    shopId,
    barcode,
    name,
    barcode === null ? nameKey(name) : null,
    at,
    jobId,
  ]);
  return rowCount > 0;
}

/** A GTIN as others may have entered it: with 13, 12 or 8 digits. */
function spellings(barcode: string): string[] {
  if (!/^\d{14}$/.test(barcode)) return [barcode];
  const shorter = [13, 12, 8].filter((digits) => /^0+$/.test(barcode.slice(0, -digits)));
  return [barcode, ...shorter.map((digits) => barcode.slice(-digits))];
}

function productOf(row: ProductRow): Product {
  const isUnnamed = row.created_by_ocr && row.ocr_sources.name === undefined && row.name === row.barcode;
  const values: { -readonly [name in keyof ProductValues]: ProductValues[name] } = {};
  if (!isUnnamed) values.name = row.name;
  if (row.price !== null) values.price = { amount: Number(row.price), currency: row.currency };
  if (row.sku !== null) values.sku = row.sku;
  if (row.expiry_date !== null) values.expiry_date = row.expiry_date;
  if (row.quantity !== null) values.quantity = Number(row.quantity);
  return { values, sources: row.ocr_sources, writtenAt: row.written_at.toISOString() };
}
