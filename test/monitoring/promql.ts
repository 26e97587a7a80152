/** Just enough of PromQL to tell which series an expression asks for. */

/** Words that stand where a name could. */
const KEYWORDS = [
  'and',
  'or',
  'unless',
  'by',
  'on',
  'ignoring',
  'without',
  'group_left',
  'group_right',
  'bool',
  'offset',
];
const AGGREGATIONS = ['sum', 'max', 'min', 'avg', 'count', 'group', 'topk', 'bottomk', 'quantile', 'stddev'];

export interface Selector {
  readonly name: string;
  /** Names of labels that it matches. */
  readonly labels: readonly string[];
}

/** Every series that is asked for, in order. @throws Error on what this does not understand. */
export function selectorsOf(expression: string): Selector[] {
  const withoutText = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const withoutGroups = withoutText
    .replace(/\b(by|on|without|ignoring|group_left|group_right)\s*\([^()]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ');
  const selectors: Selector[] = [];
  for (const match of withoutGroups.matchAll(/([A-Za-z_:][\w:]*)\s*(\{[^{}]*\}|\()?/g)) {
    const [, name = '', rest = ''] = match;
    if (KEYWORDS.includes(name) || AGGREGATIONS.includes(name) || rest === '(') continue;
    const labels = [...rest.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!);
    selectors.push({ name, labels });
  }
  if (selectors.length === 0) throw new Error(`No series in ${expression}`);
  return selectors;
}
