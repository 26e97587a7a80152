import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly count?: number;
  /** Called while the tab is the current one. */
  readonly content: () => ComponentChildren;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  /** The id of the one that is shown. */
  readonly current: Signal<string>;
  readonly label: string;
}

/** The tabs pattern of the WAI-ARIA Authoring Practices: the arrow keys choose, Tab goes on into the panel. */
export function Tabs({ tabs, current, label }: TabsProps) {
  const prefix = useId();
  const shown = tabs.find(({ id }) => id === current.value) ?? tabs[0]!;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = neighbour(tabs, tabs.indexOf(shown), event.key);
    if (!to) return;
    event.preventDefault();
    current.value = to.id;
    document.getElementById(`${prefix}-tab-${to.id}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ id, name, count }) => (
          <button
            key={id}
            id={`${prefix}-tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === shown.id}
            aria-controls={`${prefix}-panel`}
            tabIndex={id === shown.id ? 0 : -1}
            onClick={() => {
              current.value = id;
            }}
          >
            {name}
            {count !== undefined && <span class="count number">{count}</span>}
          </button>
        ))}
      </div>
      <div id={`${prefix}-panel`} class="panel" role="tabpanel" aria-labelledby={`${prefix}-tab-${shown.id}`}>
        {shown.content()}
      </div>
    </>
  );
}

function neighbour(tabs: readonly Tab[], at: number, key: string): Tab | undefined {
  if (key === 'ArrowRight') return tabs[(at + 1) % tabs.length];
  if (key === 'ArrowLeft') return tabs.at(at - 1);
  if (key === 'Home') return tabs[0];
  return key === 'End' ? tabs.at(-1) : undefined;
}
