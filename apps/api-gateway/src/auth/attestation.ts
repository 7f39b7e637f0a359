import { ATTEST_TOKEN_AUDIENCE, AttestationRequired, type BoundRequest } from '@skep/contracts/auth';
import { LOG, type Log, Metrics } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { errors, jwtVerify } from 'jose';
import { GatewayConfig } from '../gateway.config.js';
import { bodyHashOf } from '../http/body-hash.js';
import type { Route } from '../route.js';
import { type AttestationMode, ATTESTED, attestedName, parseAttestationModes } from './attestation-modes.js';
import { firstValue } from './credential.js';
import { PublishedKeys } from './published-keys.js';

/** The claims of an attest token. */
interface ProofClaims {
  tenant_id: string;
  request?: BoundRequest;
}

/** Proof of devices, which is a signal about the app of a user who is signed in, and never replaces the sign-in. */
@Injectable()
export class Attestation {
  private readonly modes: ReturnType<typeof parseAttestationModes>;

  constructor(
    config: GatewayConfig,
    private readonly keys: PublishedKeys,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.modes = parseAttestationModes(config.SKEP_ATTESTATION, ATTESTED);
  }

  /** Services have no device. @throws Problem `attestation_required`, if the route enforces it, for a request without a proof of its user's device */
  async check(route: Route, request: FastifyRequest): Promise<void> {
    const mode = this.modeOf(route);
    if (mode === 'off' || request.caller.actor.startsWith('service:')) return;
    const outcome = await this.outcomeOf(request);
    this.metrics.countProof(route.operation, outcome);
    if (outcome === 'valid') return;
    if (mode === 'enforce') throw AttestationRequired();
    this.log.warn(
      { operation: attestedName(route.operation), user: request.caller.user, request: request.id, outcome },
      'no proof of the device',
    );
  }

  private modeOf({ attested, operation }: Route): AttestationMode {
    return attested ? (this.modes.byName.get(attestedName(operation)) ?? this.modes.usual) : 'off';
  }

  private async outcomeOf(request: FastifyRequest): Promise<'valid' | 'missing' | 'invalid'> {
    const token = firstValue(request.headers['x-attest-token']);
    if (!token) return 'missing';
    const { user, tenant } = request.caller;
    const options = { algorithms: ['RS256'], typ: 'attest+jwt', audience: ATTEST_TOKEN_AUDIENCE, subject: user };
    try {
      const { payload } = await jwtVerify<ProofClaims>(token, ({ kid = '' }) => this.findKey(kid), options);
      return payload.tenant_id === tenant && isFor(request, payload.request) ? 'valid' : 'invalid';
    } catch (error) {
      if (error instanceof errors.JOSEError) return 'invalid';
      throw error;
    }
  }

  private async findKey(kid: string) {
    const key = await this.keys.find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

/** Whether a proof that is bound to a request, if it is, is bound to this one. */
function isFor(request: FastifyRequest, bound: BoundRequest | undefined): boolean {
  if (!bound) return true;
  const [path] = request.url.split('?');
  const isBody = bound.body_sha256 === undefined || bound.body_sha256.toLowerCase() === bodyHashOf(request);
  return bound.method.toUpperCase() === request.method && bound.path === path && isBody;
}
