import { isSameSecret, isStamped } from '@skep/platform';

/** How Heylo proves that a request is its own. */
export const HEYLO_SIGNATURE_MODES = ['hmac-sha256-hex', 'bearer', 'basic'] as const;
export type HeyloSignatureMode = (typeof HEYLO_SIGNATURE_MODES)[number];

type Headers = Readonly<Record<string, string>>;

/**
 * Whether a request proves that its sender knows the secret. Heylo publishes no contract: the form is ours.
 * @param header the name of the header with `t=<seconds>,v1=<hex>`, in lower case; others are in `authorization`
 */
export function isFromHeylo(mode: HeyloSignatureMode, secret: string, header: string, headers: Headers, body: Buffer): boolean {
  if (mode === 'hmac-sha256-hex') return isStamped(secret, headers[header], body);
  const expected = mode === 'bearer' ? `Bearer ${secret}` : `Basic ${Buffer.from(secret).toString('base64')}`;
  return isSameSecret(headers['authorization'] ?? '', expected);
}
