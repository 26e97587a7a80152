import type { LineItem } from '@edge-ocr/shared/contract/result';
import { TableFrame } from '../design/table-frame.tsx';
import { decimalsIn, money } from './field-values.ts';
import { type Linked, pointing, useLinked } from './linking.ts';
import { StatusMark } from './status-mark.tsx';
import { type Comparison, expectedAmount, itemsSum } from './sums.ts';

/** The line items with what they come to, held against subtotal and total. */
export function LineItems(props: Linked) {
  const items = props.result.structured.line_items ?? [];
  if (items.length === 0) return null;
  const decimals = decimalsIn(props.result);
  return (
    <section class="items" aria-label="Line items">
      <h3>Line items</h3>
      <TableFrame label="Table of line items">
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Quantity</th>
            <th scope="col">Price</th>
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, index) => (
            <ItemRow key={index} {...props} item={item} index={index} decimals={decimals} />
          ))}
        </tbody>
        <Sum {...props} decimals={decimals} />
      </TableFrame>
    </section>
  );
}

function ItemRow(props: Linked & { item: LineItem; index: number; decimals: number }) {
  const { item, index, decimals, highlight } = props;
  const target = { kind: 'item', index } as const;
  const linked = useLinked(props, target);
  const expected = expectedAmount(item);
  const amount = (value: number | undefined) => (value === undefined ? '–' : money(value, decimals));
  return (
    <tr class={linked.value ? 'linked' : undefined} data-item-entry={index} {...pointing(highlight, target)}>
      <th scope="row">{item.name}</th>
      <td>{item.quantity ?? '–'}</td>
      <td>{amount(item.unit_price)}</td>
      <td>
        {amount(item.amount)}
        {expected !== null && <StatusMark tone="warn" text={`would be ${money(expected, decimals)}`} />}
      </td>
    </tr>
  );
}

function Sum({ result, decimals }: Linked & { decimals: number }) {
  const found = itemsSum(result);
  if (!found) return null;
  const { sum, withoutAmount, comparisons } = found;
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={3}>
          Sum of the items
        </th>
        <td>{money(sum, decimals)}</td>
      </tr>
      {comparisons.map((comparison) => (
        <tr key={comparison.field}>
          <th scope="row" colSpan={3}>
            {comparison.field === 'subtotal' ? 'Subtotal' : 'Total'} <Verdict {...comparison} decimals={decimals} />
          </th>
          <td>{money(comparison.value, decimals)}</td>
        </tr>
      ))}
      {withoutAmount > 0 && (
        <tr>
          <td colSpan={4} class="muted">
            {withoutAmount === 1 ? 'One item has no amount.' : `${withoutAmount} items have no amount.`}
          </td>
        </tr>
      )}
    </tfoot>
  );
}

/** A total that differs by its tax is no fault, so a difference is told, not blamed; the checks below judge. */
function Verdict({ difference, decimals }: Comparison & { decimals: number }) {
  if (difference === 0) return <StatusMark tone="good" text="the items agree" />;
  const by = money(Math.abs(difference), decimals);
  return <StatusMark tone="plain" text={difference < 0 ? `${by} more than the items` : `${by} less than the items`} />;
}
