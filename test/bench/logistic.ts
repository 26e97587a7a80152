/** Logistic regression, as small models of the pipeline are fitted with it. */

export interface Labelled {
  readonly features: readonly number[];
  readonly label: boolean;
}

export interface LogisticModel {
  readonly bias: number;
  /** By name, in the order of the samples' features. */
  readonly features: Readonly<Record<string, number>>;
}

const STEPS = 3000;
const RATE = 0.3;
const L2 = 4e-5;

/** With a little L2, by Nesterov's accelerated gradient descent; weights are rounded to a thousandth. */
export function fitLogistic(names: readonly string[], samples: readonly Labelled[]): LogisticModel {
  const size = names.length + 1;
  let weights = new Float64Array(size);
  let previous = new Float64Array(size);
  for (let step = 1; step <= STEPS; step++) {
    const momentum = (step - 1) / (step + 2);
    const ahead = weights.map((w, i) => w + momentum * (w - previous[i]!));
    const gradient = ahead.map((w, i) => (i < size - 1 ? L2 * w : 0));
    for (const { features, label } of samples) {
      let z = ahead[size - 1]!;
      for (let i = 0; i < size - 1; i++) z += ahead[i]! * features[i]!;
      const error = (1 / (1 + Math.exp(-z)) - Number(label)) / samples.length;
      for (let i = 0; i < size - 1; i++) gradient[i]! += error * features[i]!;
      gradient[size - 1]! += error;
    }
    previous = weights;
    weights = ahead.map((w, i) => w - RATE * gradient[i]!);
  }
  const rounded = Array.from(weights, (w) => Math.round(w * 1000) / 1000);
  return { bias: rounded[size - 1]!, features: Object.fromEntries(names.map((name, i) => [name, rounded[i]!])) };
}

/** Above 0: rather true than not. */
export function score({ bias, features }: LogisticModel, values: readonly number[]): number {
  return Object.values(features).reduce((sum, weight, i) => sum + weight * values[i]!, bias);
}

export function probability(model: LogisticModel, values: readonly number[]): number {
  return 1 / (1 + Math.exp(-score(model, values)));
}
