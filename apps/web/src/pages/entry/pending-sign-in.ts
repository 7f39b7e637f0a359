const KEY = 'skep.sign-in';

interface PendingSignIn {
  code_verifier: string;
  next?: string;
}

const toBase64Url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Keeps the secret of a sign-in at a provider in this tab. @returns its challenge (RFC 7636) */
export async function storeSignIn(next: string | undefined): Promise<string> {
  const code_verifier = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem(KEY, JSON.stringify({ code_verifier, next } satisfies PendingSignIn));
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code_verifier))));
}

/** The sign-in that this tab started, once. */
export function takeSignIn(): PendingSignIn | undefined {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text ? (JSON.parse(text) as PendingSignIn) : undefined;
}
