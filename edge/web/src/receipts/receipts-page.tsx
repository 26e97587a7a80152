export function ReceiptsPage() {
  return <h1>Receipts</h1>;
}
