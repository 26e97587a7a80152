import { expect, test } from 'vitest';
import { fromViews, wholeView } from './view.ts';

const word = { text: 'TOTAL', confidence: 1, polygon: [[10, 5] as [number, number]] };
const line = { text: 'TOTAL', confidence: 1, polygon: [[10, 5] as [number, number]], page: 0, row: 0, words: [word] };
const total = { value: 'TOTAL', confidence: 1, line: 0, lines: [0], polygon: line.polygon };

test('the whole page, not turned, leaves places as they are', () => {
  const pixels = { data: new Uint8Array(3), width: 1, height: 1 };
  const view = wholeView({ pixels, originalWidth: 400, originalHeight: 300 });
  expect(fromViews({ lines: [line], fields: { total } }, [view])).toEqual({ lines: [line], fields: { total } });
});

test('places in a turned part of the page come back to the original', () => {
  const region = { left: 100, top: 200, width: 80, height: 60 };
  const content = fromViews({ lines: [line], fields: { total } }, [{ region, turn: 90 }]);
  // (10, 5) of the turned part, which is 60 wide, was at (5, 50) of the part.
  expect(content.lines[0]!.polygon).toEqual([[105, 250]]);
  expect(content.lines[0]!.words[0]!.polygon).toEqual([[105, 250]]);
  expect(content.fields.total!.polygon).toEqual([[105, 250]]);
});

test('places of a later page go by that page’s view', () => {
  const later = { ...line, page: 1 };
  const view = { region: { left: 7, top: 9, width: 80, height: 60 }, turn: 0 } as const;
  const plain = { region: { left: 0, top: 0, width: 100, height: 100 }, turn: 0 } as const;
  const content = fromViews({ lines: [line, later], fields: { total: { ...total, line: 1, lines: [1] } } }, [
    plain,
    view,
  ]);
  expect(content.lines.map(({ polygon }) => polygon)).toEqual([[[10, 5]], [[17, 14]]]);
  expect(content.fields.total!.polygon).toEqual([[17, 14]]);
});

test('a barcode’s field stays where the barcode is', () => {
  const barcode = {
    value: '4006381333931',
    confidence: 1,
    line: null,
    lines: [],
    polygon: [[1, 2] as [number, number]],
  };
  const region = { left: 100, top: 200, width: 80, height: 60 };
  expect(fromViews({ lines: [], fields: { barcode } }, [{ region, turn: 180 }]).fields.barcode).toEqual(barcode);
});
