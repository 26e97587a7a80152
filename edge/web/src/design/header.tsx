import { useLocation } from 'preact-iso';
import { QueueBadge } from '../offline/queue-badge.tsx';
import { AccountMenu } from '../session/account-menu.tsx';
import { isOperator } from '../session/session.ts';
import { Icon, type IconName } from './icons.tsx';
import './header.css';

interface Page {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  readonly operators?: true;
}

const PAGES: readonly Page[] = [
  { href: '/', name: 'Read', icon: 'read' },
  { href: '/history', name: 'History', icon: 'history' },
  { href: '/receipts', name: 'Receipts', icon: 'receipt' },
  { href: '/operations', name: 'Operations', icon: 'chart', operators: true },
];

export function Header() {
  const { path } = useLocation();
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
        {PAGES.filter(({ operators }) => !operators || isOperator.value).map(({ href, name, icon }) => (
          <a key={href} href={href} aria-current={isAt(path, href) ? 'page' : undefined}>
            <Icon name={icon} />
            {name}
          </a>
        ))}
      </nav>
      <QueueBadge />
      <AccountMenu />
    </header>
  );
}

function isAt(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`));
}
