/** Names and values, those without a value left out; nothing at all where none has one. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, string | false | undefined])[] }) {
  const known = facts.filter(([, value]) => value);
  if (known.length === 0) return null;
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
