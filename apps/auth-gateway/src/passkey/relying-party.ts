import { Injectable } from '@nestjs/common';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { CHALLENGE_SECONDS } from '../challenge/challenges.js';
import type { PasskeyDescriptor } from './passkey.repository.js';

const TIMEOUT_MS = CHALLENGE_SECONDS * 1000;
const LOOPBACK_ADDRESSES = ['127.0.0.1', '[::1]'];

/** The WebAuthn relying party (L3 §4): the host and the origin of SKEP_PUBLIC_URL. */
@Injectable()
export class RelyingParty {
  readonly name = 'Skep';
  readonly id: string;
  readonly origin: string;

  constructor(config: AuthGatewayConfig) {
    const url = new URL(config.SKEP_PUBLIC_URL);
    // A passkey belongs to a host name, not to an IP address; browsers accept localhost.
    if (LOOPBACK_ADDRESSES.includes(url.hostname)) url.hostname = 'localhost';
    this.id = url.hostname;
    this.origin = url.origin;
  }

  /** Loaded on first use, because loading takes 0.1 s and 27 MB. */
  loadWebauthn() {
    return import('@simplewebauthn/server');
  }

  /** Options for `navigator.credentials.create`: a discoverable credential with user verification. */
  async buildCreationOptions(
    challenge: string,
    user: { user_id: string; email: string },
    existing: PasskeyDescriptor[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await this.loadWebauthn();
    return generateRegistrationOptions({
      rpName: this.name,
      rpID: this.id,
      userID: Buffer.from(user.user_id),
      userName: user.email,
      challenge: Buffer.from(challenge, 'base64url'),
      timeout: TIMEOUT_MS,
      attestationType: 'none',
      excludeCredentials: existing.map(({ credential_id: id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** Options for `navigator.credentials.get`: one of these passkeys or, without any, one that the user picks. */
  async buildRequestOptions(challenge: string, allowed: PasskeyDescriptor[] = []): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await this.loadWebauthn();
    return generateAuthenticationOptions({
      rpID: this.id,
      challenge: Buffer.from(challenge, 'base64url'),
      timeout: TIMEOUT_MS,
      userVerification: 'required',
      allowCredentials: allowed.map(({ credential_id: id, transports }) => ({ id, transports })),
    });
  }
}
