import { Icon } from '../design/icons.tsx';
import { ThemeChoice } from '../design/theme-choice.tsx';
import { claims, signOut } from './session.ts';
import './account-menu.css';

export function AccountMenu() {
  const { shop_id, sub } = claims.value ?? {};
  return (
    <>
      <button type="button" class="quiet account" popovertarget="account-menu" aria-label="Account and appearance">
        <Icon name="user" />
      </button>
      <div id="account-menu" class="account-menu" popover="auto" role="dialog" aria-label="Account and appearance">
        <dl class="small">
          <dt class="muted">Shop</dt>
          <dd>
            <code>{shop_id}</code>
          </dd>
          <dt class="muted">User</dt>
          <dd>
            <code>{sub}</code>
          </dd>
        </dl>
        <ThemeChoice />
        <button type="button" onClick={() => signOut()}>
          Sign out
        </button>
      </div>
    </>
  );
}
