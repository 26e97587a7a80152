export function StoredResultPage() {
  return <h1>Result</h1>;
}
