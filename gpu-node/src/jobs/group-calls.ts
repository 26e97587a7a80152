/**
 * Calls that come while others are on their way go together, the next time: many at once cost little more than one.
 * @param run resolves with an outcome for each item, in their order; when it rejects, every call of the group does.
 */
export function groupCalls<Item, Outcome>(
  run: (items: readonly Item[]) => Promise<readonly Outcome[]>,
  { maxItems, maxGroups }: { maxItems: number; maxGroups: number },
): (item: Item) => Promise<Outcome> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let groups = 0;
  const next = async () => {
    while (groups < maxGroups && waiting.length > 0) void runGroup(waiting.splice(0, maxItems));
  };
  const runGroup = async (group: readonly Waiting[]) => {
    groups++;
    try {
      const outcomes = await run(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => {
        resolve(outcomes[index]!);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      groups--;
      void next();
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Those of the same tick go together.
      if (waiting.length === 1) queueMicrotask(next);
    });
}
