import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Apple App Attestation Root CA, valid until 2045-03-15, from https://www.apple.com/certificateauthority/Apple_App_Attestation_Root_CA.pem.
 * SHA-256: 1C:B9:82:3B:A2:8B:A6:AD:2D:33:A0:06:94:1D:E2:AE:4F:51:3E:F1:D4:E8:31:B9:F7:E0:FA:7B:62:42:C9:32
 */
const APPLE_ROOT = `
-----BEGIN CERTIFICATE-----
MIICITCCAaegAwIBAgIQC/O+DvHN0uD7jG5yH2IXmDAKBggqhkjOPQQDAzBSMSYw
JAYDVQQDDB1BcHBsZSBBcHAgQXR0ZXN0YXRpb24gUm9vdCBDQTETMBEGA1UECgwK
QXBwbGUgSW5jLjETMBEGA1UECAwKQ2FsaWZvcm5pYTAeFw0yMDAzMTgxODMyNTNa
Fw00NTAzMTUwMDAwMDBaMFIxJjAkBgNVBAMMHUFwcGxlIEFwcCBBdHRlc3RhdGlv
biBSb290IENBMRMwEQYDVQQKDApBcHBsZSBJbmMuMRMwEQYDVQQIDApDYWxpZm9y
bmlhMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERTHhmLW07ATaFQIEVwTtT4dyctdh
NbJhFs/Ii2FdCgAHGbpphY3+d8qjuDngIN3WVhQUBHAoMeQ/cLiP1sOUtgjqK9au
Yen1mMEvRq9Sk3Jm5X8U62H+xTD3FE9TgS41o0IwQDAPBgNVHRMBAf8EBTADAQH/
MB0GA1UdDgQWBBSskRBTM72+aEH/pwyp5frq5eWKoTAOBgNVHQ8BAf8EBAMCAQYw
CgYIKoZIzj0EAwMDaAAwZQIwQgFGnByvsiVbpTKwSga0kP0e8EeDS4+sQmTvb7vn
53O5+FRXgeLhpJ06ysC5PrOyAjEAp5U4xDgEgllF7En3VcE3iexZZtKeYnpqtijV
oyFraWVIyd/dganmrduC1bmTBGwD
-----END CERTIFICATE-----
`;

/** Reads the root of APP_ATTEST_ROOT: base64 of DER, PEM, or the path of a file with either. @param text if empty, it is that of Apple @throws Error that completes "APP_ATTEST_ROOT …" */
export function readRoot(text = ''): X509Certificate {
  const sources = [() => text || APPLE_ROOT, () => Buffer.from(text, 'base64'), () => readFileSync(text)];
  for (const source of sources)
    try {
      return new X509Certificate(source());
    } catch {
      // Perhaps it is one of the others.
    }
  throw new Error('must be a certificate: base64 of DER, PEM, or the path of a file with one');
}

/** Reads an entry of APP_ATTEST_APP_IDS. @throws Error that completes "entry 2 …" */
export function parseAppId(text: string): string {
  if (!/^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/.test(text)) throw new Error('must be the id of a team, a dot and the id of a bundle');
  return text;
}
