/**
 * The challenge that a response of WebAuthn claims to have signed (L3 §5.8.1); the signature is yet to be checked. Undefined where
 * there is none to be read.
 */
export function challengeOf({ response }: Record<string, unknown>): string | undefined {
  try {
    const { clientDataJSON } = response as { clientDataJSON: string };
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { challenge?: unknown };
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}
