import { useState } from 'react';
import { useWords } from '../words.ts';
import { ApiClient } from './api-client.ts';
import { keepCredentials, type Credentials } from './credentials.ts';

/** Asks for the key pair, tries it, and hands it up when the server accepts it. */
export function CredentialsForm({ onAccepted }: { readonly onAccepted: (credentials: Credentials) => void }) {
  const text = useWords();
  const [error, setError] = useState<string | null>(null);
  const submit = async (form: FormData): Promise<void> => {
    const credentials = { key: String(form.get('key')).trim(), secret: String(form.get('secret')).trim() };
    try {
      await new ApiClient(credentials).check();
      keepCredentials(credentials);
      onAccepted(credentials);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <form className="card narrow" action={submit}>
      <h2>{text.credentials}</h2>
      <p className="hint">{text.credentialsHint}</p>
      <label>
        {text.key}
        <input name="key" required autoComplete="off" spellCheck={false} autoFocus />
      </label>
      <label>
        {text.secret}
        <input name="secret" type="password" required autoComplete="off" />
      </label>
      <button className="primary">{text.continue}</button>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
