import { useLocation } from 'preact-iso';
import { claims, signOut } from '../session/session.ts';

const PAGES = [
  { href: '/', name: 'Read' },
  { href: '/history', name: 'History' },
  { href: '/receipts', name: 'Receipts' },
  { href: '/operations', name: 'Operations', scope: 'admin' },
];

export function Header() {
  const { path } = useLocation();
  const scopes = claims.value?.scope?.split(' ') ?? [];
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <a class="brand" href="/" aria-label="edge-ocr, start">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>edge-ocr</span>
      </a>
      <nav aria-label="Pages">
        {PAGES.filter(({ scope }) => !scope || scopes.includes(scope)).map(({ href, name }) => (
          <a key={href} href={href} aria-current={isAt(path, href) ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <button type="button" class="quiet" onClick={signOut}>
        Sign out
      </button>
    </header>
  );
}

function isAt(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path.startsWith(href);
}
