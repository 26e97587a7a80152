import { useState } from 'preact/hooks';
import { ended, signIn } from './session.ts';
import './sign-in.css';

export function SignIn() {
  const [refused, setRefused] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setRefused(!signIn(String(form.get('token'))));
  };
  return (
    <form class="card sign-in" onSubmit={submit}>
      <header>
        <img src="/icon.svg" alt="" width="40" height="40" />
        <div>
          <h1>Sign in</h1>
          <p class="muted">Receipts, invoices, products and papers, read.</p>
        </div>
      </header>
      {ended.value && (
        <p class="notice warn" role="status">
          Your session has ended. Sign in again; images that wait on this device are kept.
        </p>
      )}
      <label>
        Access token
        <textarea
          name="token"
          rows={5}
          required
          spellcheck={false}
          autocomplete="off"
          aria-invalid={refused}
          aria-describedby={refused ? 'token-refused token-help' : 'token-help'}
          onInput={() => setRefused(false)}
        />
      </label>
      {refused && (
        <p id="token-refused" role="alert">
          This token cannot be read, or has expired. Copy it whole, or get a new one.
        </p>
      )}
      <p id="token-help" class="muted small">
        Your identity provider issues it. On your own machine, <code>npm run -s token</code> prints one.
      </p>
      <button class="primary" type="submit">
        Sign in
      </button>
    </form>
  );
}
