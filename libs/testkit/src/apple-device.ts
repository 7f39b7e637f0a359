import 'reflect-metadata';
import { type CBORType, encodeCBOR } from '@levischuck/tiny-cbor';
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { createHash, generateKeyPairSync, randomBytes, sign, webcrypto } from 'node:crypto';

type KeyPair = webcrypto.CryptoKeyPair;

const P384 = { name: 'ECDSA', namedCurve: 'P-384' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const NONCE_OID = '1.2.840.113635.100.8.2';
const FLAG_KEY = 0x40;
const FLAG_EXTENSIONS = 0x80;
const AAGUIDS = { development: Buffer.from('appattestdevelop'), production: Buffer.concat([Buffer.from('appattest'), Buffer.alloc(7)]) };

const sha256 = (...parts: (Buffer | string)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const cbor = (value: CBORType) => Buffer.from(encodeCBOR(value));
const plain = (bytes: Buffer) => new Uint8Array(bytes);
const uint32 = (n: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};

/** What an attestation may be wrong about. */
export const WRONGS = ['root', 'authority', 'date', 'nonce', 'app', 'counter', 'aaguid', 'credential', 'key'] as const;
export type Wrong = (typeof WRONGS)[number];

export interface AttestOptions {
  environment?: 'development' | 'production';
  wrong?: Wrong;
  receipt?: Buffer;
  /** Extensions of the authenticator data. */
  extensions?: CBORType;
}

/** An iPhone with one key of App Attest. */
export interface AppleDevice {
  /** Base64. */
  keyId: string;
  /** An attestation object for the hash of a challenge, or for the challenge. */
  attest(challenge: Buffer, options?: AttestOptions): Promise<Buffer>;
  /** An assertion object over client data. */
  assert(clientData: string, counter: number, app?: string): Buffer;
}

/** A stand-in for Apple's certificates of App Attest, and the devices that they vouch for. */
export interface AppleAttestation {
  /** The root, PEM. */
  root: string;
  /** @param curve of its key; phones have P-256 */
  device(app: string, curve?: 'P-256' | 'P-384'): AppleDevice;
}

async function certificate(
  subject: string,
  issuer: { name: string; keys: KeyPair },
  publicKey: webcrypto.CryptoKey,
  { extensions = [], age = 1, life = 48 }: { extensions?: Extension[]; age?: number; life?: number } = {},
): Promise<X509Certificate> {
  const from = Date.now() - age * HOUR_MS;
  return X509CertificateGenerator.create(
    {
      serialNumber: `01${randomBytes(8).toString('hex')}`,
      subject,
      issuer: issuer.name,
      notBefore: new Date(from),
      notAfter: new Date(from + life * HOUR_MS),
      signingAlgorithm: SIGNING,
      publicKey: publicKey as never,
      signingKey: issuer.keys.privateKey as never,
      extensions,
    },
    webcrypto as never,
  );
}

const authority = () => [new BasicConstraintsExtension(true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)];
const makeKeys = (algorithm = P384) => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<KeyPair>;

/** Makes a root and everything below it. */
export async function makeAppleAttestation(): Promise<AppleAttestation> {
  const [root, stranger] = await Promise.all([makeKeys(), makeKeys()]);
  const rootOf = (keys: KeyPair) => ({ name: 'CN=Test App Attestation Root', keys });
  const own = await certificate(rootOf(root).name, rootOf(root), root.publicKey, { extensions: authority(), life: 10_000 });

  async function chain(leafKey: webcrypto.CryptoKey, nonce: Buffer, wrong: Wrong | undefined): Promise<Buffer[]> {
    const keys = await makeKeys();
    const name = 'CN=Test App Attestation CA 1';
    const issuer = rootOf(wrong === 'root' ? stranger : root);
    const intermediate = await certificate(name, issuer, keys.publicKey, { extensions: wrong === 'authority' ? [] : authority() });
    const value = Buffer.concat([Buffer.from('3024a1220420', 'hex'), nonce]);
    const dates = wrong === 'date' ? { age: 47, life: 24 } : {};
    const leaf = await certificate('CN=key', { name, keys }, leafKey, {
      extensions: [new Extension(NONCE_OID, false, plain(value))],
      ...dates,
    });
    return [leaf, intermediate].map(({ rawData }) => Buffer.from(rawData));
  }

  function device(app: string, curve: 'P-256' | 'P-384' = 'P-256'): AppleDevice {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const [px, py] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
    const keyId = sha256(Buffer.from([4]), px, py);
    const cose = cbor(
      new Map<number, CBORType>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, plain(px)],
        [-3, plain(py)],
      ]),
    );
    const importing = webcrypto.subtle.importKey(
      'spki',
      publicKey.export({ type: 'spki', format: 'der' }),
      { ...P384, namedCurve: curve },
      true,
      ['verify'],
    );

    async function attest(
      challenge: Buffer,
      { environment = 'development', wrong, receipt = randomBytes(40), extensions }: AttestOptions = {},
    ) {
      const authData = Buffer.concat([
        sha256(wrong === 'app' ? 'OTHERTEAM0.test.other' : app),
        Buffer.from([FLAG_KEY | (extensions === undefined ? 0 : FLAG_EXTENSIONS)]),
        uint32(wrong === 'counter' ? 1 : 0),
        wrong === 'aaguid' ? randomBytes(16) : AAGUIDS[environment],
        Buffer.from([0, keyId.length]),
        wrong === 'credential' ? randomBytes(32) : keyId,
        cose,
        ...(extensions === undefined ? [] : [cbor(extensions)]),
      ]);
      const nonce = wrong === 'nonce' ? randomBytes(32) : sha256(authData, sha256(challenge));
      const leafKey = wrong === 'key' ? (await makeKeys({ ...P384, namedCurve: curve })).publicKey : await importing;
      const x5c = (await chain(leafKey, nonce, wrong)).map(plain);
      const attStmt = new Map<string, CBORType>([
        ['x5c', x5c],
        ['receipt', plain(receipt)],
      ]);
      return cbor(
        new Map<string, CBORType>([
          ['fmt', 'apple-appattest'],
          ['attStmt', attStmt],
          ['authData', plain(authData)],
        ]),
      );
    }

    function assert(clientData: string, counter: number, of = app) {
      const authenticatorData = Buffer.concat([sha256(of), Buffer.from([FLAG_KEY]), uint32(counter)]);
      const signature = sign('sha256', sha256(authenticatorData, sha256(clientData)), privateKey);
      return cbor(
        new Map<string, CBORType>([
          ['signature', plain(signature)],
          ['authenticatorData', plain(authenticatorData)],
        ]),
      );
    }
    return { keyId: keyId.toString('base64'), attest, assert };
  }

  return { root: own.toString('pem'), device };
}
