export function ScanPage() {
  return <h1>Read</h1>;
}
