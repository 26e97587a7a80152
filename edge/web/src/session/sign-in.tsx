import { useState } from 'preact/hooks';
import { signIn } from './session.ts';

export function SignIn() {
  const [refused, setRefused] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setRefused(!signIn(String(form.get('token'))));
  };
  return (
    <form class="card sign-in" onSubmit={submit}>
      <h1>Sign in</h1>
      <label>
        Access token
        <textarea name="token" rows={5} required spellcheck={false} autocomplete="off" aria-describedby="token-help" />
      </label>
      <p id="token-help" class="muted">
        Your identity provider issues it. On your own machine, <code>npm run -s token</code> prints one.
      </p>
      {refused && <p role="alert">This token cannot be read, or has expired.</p>}
      <button class="primary" type="submit">
        Sign in
      </button>
    </form>
  );
}
