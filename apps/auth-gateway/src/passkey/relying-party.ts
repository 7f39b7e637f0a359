import { Injectable } from '@nestjs/common';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { CHALLENGE_SECONDS } from '../factor/challenges.js';
import type { Held } from './passkey.repository.js';

const TIMEOUT = CHALLENGE_SECONDS * 1000;
const LOOPBACK = ['127.0.0.1', '[::1]'];

/** Who we are to an authenticator (WebAuthn L3 §4): the host and the origin of SKEP_PUBLIC_URL. */
@Injectable()
export class RelyingParty {
  readonly name = 'Skep';
  readonly id: string;
  readonly origin: string;

  constructor(config: AuthGatewayConfig) {
    const url = new URL(config.SKEP_PUBLIC_URL);
    // An address is no name that a passkey could belong to; browsers make an exception for localhost alone.
    if (LOOPBACK.includes(url.hostname)) url.hostname = 'localhost';
    this.id = url.hostname;
    this.origin = url.origin;
  }

  /** Loaded when it is first needed: it takes a tenth of a second and 27 MB, and many never need it. */
  webauthn() {
    return import('@simplewebauthn/server');
  }

  /** For `navigator.credentials.create`: a passkey which its authenticator can name itself, and guards by finger, face or PIN. */
  async toCreate(
    challenge: string,
    person: { user_id: string; email: string },
    held: Held[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await this.webauthn();
    return generateRegistrationOptions({
      rpName: this.name,
      rpID: this.id,
      userID: Buffer.from(person.user_id),
      userName: person.email,
      challenge: Buffer.from(challenge, 'base64url'),
      timeout: TIMEOUT,
      attestationType: 'none',
      excludeCredentials: held.map(({ credential_id: id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** For `navigator.credentials.get`: one of these passkeys or, where none is named, any that the person picks. */
  async toSign(challenge: string, held: Held[] = []): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await this.webauthn();
    return generateAuthenticationOptions({
      rpID: this.id,
      challenge: Buffer.from(challenge, 'base64url'),
      timeout: TIMEOUT,
      userVerification: 'required',
      allowCredentials: held.map(({ credential_id: id, transports }) => ({ id, transports })),
    });
  }
}
