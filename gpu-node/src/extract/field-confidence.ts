/**
 * The probability that a field is right, from the confidence that its rule gave: a curve a field, fitted on receipts as they are and
 * on bad photos of them by `npm run bench -- reliability`. A rule knows which of two values is likelier; how often it is right only
 * data can tell. Fields without a curve, which no data set of ours has the truth of, keep what their rule says.
 */
import curves from './field-confidence.json' with { type: 'json' };

/** Points of a rising curve: the rule's confidence, and the share that was right around there. */
type Curve = readonly (readonly number[])[];

const CURVES: Readonly<Record<string, Curve | undefined>> = curves;

/**
 * @param confidence by the field's rule.
 * @returns 0 to 1, by straight lines between the points; beyond the last one nothing gets surer.
 */
export function fieldConfidence(name: string, confidence: number): number {
  const curve = CURVES[name];
  return curve ? between([[0, 0], ...curve], confidence) : confidence;
}

export function between(curve: Curve, at: number): number {
  const next = curve.findIndex(([x]) => x! >= at);
  if (next < 0) return curve.at(-1)![1]!;
  if (next === 0) return curve[0]![1]!;
  const [[x0, y0], [x1, y1]] = [curve[next - 1]!, curve[next]!] as [[number, number], [number, number]];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
