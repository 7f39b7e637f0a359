import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

type Json = Record<string, unknown>;

/** Deliberate mistakes. */
export interface Faults {
  challenge?: string;
  origin?: string;
  rpId?: string;
  /** Without user verification. */
  unverified?: true;
  signCount?: number;
  userHandle?: string;
  key?: 'another';
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const WITH_KEY = 0x40;

const base64url = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
const generateKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A software authenticator with one passkey and real signatures (WebAuthn L3 §6): ES256, no attestation. */
export class Authenticator {
  private readonly id = randomBytes(32);
  private readonly keys = generateKeys();
  private signCount = 0;
  private userHandle?: string;

  constructor(
    private readonly origin: string,
    private readonly rpId: string,
  ) {}

  /** The result of `navigator.credentials.create` as JSON. */
  create(options: Json, faults: Faults = {}): Json {
    const { challenge, user } = options as { challenge: string; user: { id: string } };
    this.userHandle = user.id;
    const size = Buffer.alloc(2);
    size.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), size, this.id, this.coseKey()]);
    const authData = Buffer.concat([this.authData(WITH_KEY, faults), attested]);
    const attestationObject = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.from([authData.length]),
      authData,
    ]);
    return this.credential({
      clientDataJSON: this.clientData('webauthn.create', challenge, faults),
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    });
  }

  /** The result of `navigator.credentials.get` as JSON. */
  get(options: Json, faults: Faults = {}): Json {
    const clientDataJSON = this.clientData('webauthn.get', options['challenge'] as string, faults);
    this.signCount++;
    const authenticatorData = this.authData(0, faults);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const signature = sign('sha256', signed, (faults.key ? generateKeys() : this.keys).privateKey);
    return this.credential({
      clientDataJSON,
      authenticatorData: base64url(authenticatorData),
      signature: base64url(signature),
      userHandle: faults.userHandle ?? this.userHandle,
    });
  }

  private credential(response: Json): Json {
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
      response,
    };
  }

  private clientData(type: string, challenge: string, faults: Faults): string {
    const { origin = this.origin } = faults;
    return base64url(JSON.stringify({ type, challenge: faults.challenge ?? challenge, origin, crossOrigin: false }));
  }

  private authData(more: number, { rpId = this.rpId, unverified, signCount = this.signCount }: Faults): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(signCount);
    return Buffer.concat([sha256(rpId), Buffer.from([PRESENT | (unverified ? 0 : VERIFIED) | more]), count]);
  }

  /** RFC 9052 §7: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
  private coseKey(): Buffer {
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    const head = Buffer.from('a5010203262001215820', 'hex');
    return Buffer.concat([head, Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')]);
  }
}
