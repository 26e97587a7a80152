import { VERSION } from '@edge-ocr/shared/version';
import './footer.css';

export function Footer() {
  return (
    <footer class="foot">
      <span>edge-ocr {VERSION}</span>
      <a href="/docs">API reference</a>
      <a href="/openapi.json">OpenAPI</a>
    </footer>
  );
}
