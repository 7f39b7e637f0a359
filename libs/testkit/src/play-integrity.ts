import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { startVendor } from './vendor-stub.js';

/** What Google says of a token, by default all that is good. */
export interface IntegrityFacts {
  challenge: string;
  /** Whether the challenge is a `nonce` (classic request), not a `requestHash`. */
  classic?: boolean;
  device?: string[];
  app?: string;
  name?: string;
  requestName?: string;
  ageMs?: number;
}

/** A loopback server that decodes tokens as Google's API of Play Integrity does, for its service account only. */
export interface PlayIntegrityStub {
  url: string;
  /** For PLAY_INTEGRITY_CREDENTIALS. */
  credentials: string;
  /** The status of its answers; 200 by default. */
  status: number;
  /** How many tokens it was asked to decode. */
  asked: number;
  /** Makes a token. */
  tokenFor(facts: IntegrityFacts): string;
  close(): Promise<void>;
}

/** @param name the package of the app */
export async function startPlayIntegrity(name: string): Promise<PlayIntegrityStub> {
  const tokens = new Map<string, object>();
  const access = randomBytes(16).toString('hex');
  const vendor = await startVendor(({ path, authorization, json }) => {
    if (path === '/token') return { json: { access_token: access, expires_in: 3600 } };
    if (path !== `/v1/${name}:decodeIntegrityToken` || authorization !== `Bearer ${access}`) return { status: 401, json: {} };
    stub.asked += 1;
    if (stub.status !== 200) return { status: stub.status, json: {} };
    const payload = tokens.get(String(json['integrity_token']));
    return payload ? { json: { tokenPayloadExternal: payload } } : { status: 400, json: { error: { status: 'INVALID_ARGUMENT' } } };
  });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = {
    client_email: 'integrity@test.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${vendor.url}/token`,
  };
  const stub: PlayIntegrityStub = {
    url: vendor.url,
    credentials: Buffer.from(JSON.stringify(account)).toString('base64'),
    status: 200,
    asked: 0,
    tokenFor({
      challenge,
      classic,
      device = ['MEETS_DEVICE_INTEGRITY'],
      app = 'PLAY_RECOGNIZED',
      name: named = name,
      requestName = name,
      ageMs = 0,
    }) {
      const token = randomBytes(16).toString('hex');
      const timestampMillis = String(Date.now() - ageMs);
      tokens.set(token, {
        requestDetails: {
          requestPackageName: requestName,
          timestampMillis,
          ...(classic ? { nonce: challenge } : { requestHash: challenge }),
        },
        appIntegrity: { appRecognitionVerdict: app, packageName: named },
        deviceIntegrity: device.length ? { deviceRecognitionVerdict: device } : {},
      });
      return token;
    },
    close: vendor.close,
  };
  return stub;
}
