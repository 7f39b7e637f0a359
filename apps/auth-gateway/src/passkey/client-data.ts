/**
 * Reads the challenge from a WebAuthn response (L3 §5.8.1). The signature is not verified yet. Undefined if the response is malformed.
 */
export function parseChallenge({ response }: Record<string, unknown>): string | undefined {
  try {
    const { clientDataJSON } = response as { clientDataJSON: string };
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { challenge?: unknown };
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}
