import { BadRequest, NotConfigured } from '@skep/contracts';
import {
  type AssertKey,
  AttestationInvalid,
  AttestCounterUsed,
  type AttestedDeviceRef,
  AttestedDeviceNotFound,
  type AttestKey,
  AttestKeyKnown,
  auth,
  type CheckIntegrity,
  type ForgetDevices,
  type RequestChallenge,
} from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers, LOG, type Log } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { type AppAttestPolicy, verifyAssertion, verifyAttestation } from './app-attest/app-attest.js';
import { readRoot } from './app-attest/app-attest-settings.js';
import { AttestationFault } from './app-attest/attestation-fault.js';
import { AttestChallenges } from './attest-challenges.js';
import { AttestTokens } from './attest-tokens.js';
import { AttestedDeviceRepository } from './attested-device.repository.js';
import { readClientData } from './client-data.js';
import { verdictOf } from './play-integrity/integrity-verdict.js';
import { PlayIntegrity } from './play-integrity/play-integrity.js';

const fromBase64 = (text: string) => Buffer.from(text, 'base64');
/** One spelling of the id of a key: clients differ in alphabet and padding. */
const keyIdOf = (text: string) => fromBase64(text).toString('base64');

@Handlers()
export class AttestationHandlers {
  private readonly policy: AppAttestPolicy;

  constructor(
    config: AuthGatewayConfig,
    private readonly challenges: AttestChallenges,
    private readonly devices: AttestedDeviceRepository,
    private readonly tokens: AttestTokens,
    private readonly playIntegrity: PlayIntegrity,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.policy = { appIds: config.APP_ATTEST_APP_IDS, root: readRoot(config.APP_ATTEST_ROOT), environment: config.APP_ATTEST_ENVIRONMENT };
  }

  @Handle(auth.requestChallenge)
  requestChallenge(ctx: Ctx, { purpose, key_id }: RequestChallenge) {
    return this.challenges.issue(ctx, purpose, key_id === undefined ? undefined : keyIdOf(key_id));
  }

  @Handle(auth.attestKey)
  async attestKey(ctx: Ctx, { challenge_id, attestation, key_id: text }: AttestKey) {
    this.assertConfigured();
    const key_id = keyIdOf(text);
    const challenge = await this.challenges.take(ctx, challenge_id, 'attest', key_id);
    const clientDataHash = createHash('sha256').update(challenge).digest();
    const key = this.verify(ctx, () =>
      verifyAttestation(fromBase64(attestation), { keyId: fromBase64(key_id), clientDataHash }, this.policy),
    );
    const device = await this.devices.add(ctx, key_id, key);
    if (!device) throw AttestKeyKnown();
    return { device_id: device.id, environment: key.environment };
  }

  @Handle(auth.assertKey)
  async assertKey(ctx: Ctx, { challenge_id, client_data, assertion, key_id: text }: AssertKey) {
    this.assertConfigured();
    const key_id = keyIdOf(text);
    const device = await this.devices.find(ctx, key_id);
    if (!device) throw AttestedDeviceNotFound();
    const challenge = await this.challenges.take(ctx, challenge_id, 'assert', key_id);
    const key = { publicKey: device.public_key, appId: device.app_id };
    const { counter, request } = this.verify(ctx, () => ({
      counter: verifyAssertion(fromBase64(assertion), client_data, key),
      request: readClientData(client_data, challenge),
    }));
    if (!(await this.devices.count(ctx, device.id, counter))) throw AttestCounterUsed();
    return this.tokens.sign(ctx, device.id, request);
  }

  @Handle(auth.checkIntegrity)
  async checkIntegrity(ctx: Ctx, { challenge_id, integrity_token }: CheckIntegrity) {
    const { packageName } = this.playIntegrity;
    const challenge = await this.challenges.take(ctx, challenge_id, 'integrity');
    const payload = await this.playIntegrity.decode(integrity_token);
    const verdict = verdictOf(payload, challenge.toString('base64url'), packageName);
    return { ...(await this.tokens.sign(ctx, verdict)), verdict };
  }

  @Handle(auth.forgetAttestedDevice)
  async forgetAttestedDevice(ctx: Ctx, { id }: AttestedDeviceRef) {
    if (!(await this.devices.delete(ctx, id))) throw AttestedDeviceNotFound();
    return { device_id: id };
  }

  @Handle(auth.forgetAttestedDevices)
  async forgetAttestedDevices(_: Ctx, owner: ForgetDevices) {
    return { forgotten: await this.devices.deleteAll(owner) };
  }

  private assertConfigured(): void {
    if (!this.policy.appIds.length) throw NotConfigured('Set APP_ATTEST_APP_IDS.');
  }

  /** @throws Problem `bad_request` or `attestation_invalid` for an AttestationFault */
  private verify<T>(ctx: Ctx, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AttestationFault)) throw error;
      this.log.warn({ request: ctx.request, reason: error.message }, 'proof of a device rejected');
      throw error.kind === 'malformed'
        ? BadRequest(`The proof cannot be read: ${error.message}.`)
        : AttestationInvalid(`The proof is not valid: ${error.message}.`);
    }
  }
}
