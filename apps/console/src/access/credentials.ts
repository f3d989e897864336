/** The application's access-key pair, as the server printed it. */
export interface Credentials {
  readonly key: string;
  readonly secret: string;
}

const STORED = 'tapedeck.credentials';

/**
 * The pair of this tab: from the address (`#key=…&secret=…`, taken out of it at once; a fragment never leaves the browser) or from the tab's
 * session storage. Null when it has to be asked for.
 */
export function readCredentials(): Credentials | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [key, secret] = [fragment.get('key'), fragment.get('secret')];
  if (key && secret) {
    history.replaceState(null, '', location.pathname + location.search);
    keepCredentials({ key, secret });
  }
  const stored = sessionStorage.getItem(STORED);
  return stored === null ? null : (JSON.parse(stored) as Credentials);
}

/** Keeps the pair for this tab only. */
export function keepCredentials(credentials: Credentials): void {
  sessionStorage.setItem(STORED, JSON.stringify(credentials));
}

export function forgetCredentials(): void {
  sessionStorage.removeItem(STORED);
}
