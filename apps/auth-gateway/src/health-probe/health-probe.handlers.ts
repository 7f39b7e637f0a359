import { NotFound, Unauthenticated } from '@skep/contracts';
import { auth, type CheckHealth, type ProbeProof, type ProbeRef } from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { CHALLENGE_SECONDS, Challenges } from '../challenge/challenges.js';
import { PLATFORM_TENANT } from '../tenant/operator.js';
import { hasSigned, type ProbeKey } from './probe-key.js';
import { ProbeTokens } from './probe-tokens.js';

const purposeOf = ({ name }: ProbeKey) => `probe:${name}`;

/** Lets programs that watch an installation, and have no phone to attest, see whether it works. */
@Handlers()
export class HealthProbeHandlers {
  private readonly probes: ReadonlyMap<string, ProbeKey>;

  constructor(
    { SKEP_HEALTH_PROBE_KEYS }: AuthGatewayConfig,
    private readonly db: Database,
    private readonly challenges: Challenges,
    private readonly tokens: ProbeTokens,
    private readonly audit: Audit,
  ) {
    this.probes = new Map(SKEP_HEALTH_PROBE_KEYS.map((probe) => [probe.name, probe]));
  }

  @Handle(auth.requestProbeChallenge)
  async requestProbeChallenge(_: Ctx, { probe_id }: ProbeRef) {
    const challenge = await this.challenges.issue(purposeOf(this.find(probe_id)));
    return { challenge, expires_at: new Date(Date.now() + CHALLENGE_SECONDS * 1000) };
  }

  @Handle(auth.issueProbeToken)
  async issueProbeToken(ctx: Ctx, { probe_id, challenge, signature }: ProbeProof) {
    const probe = this.find(probe_id);
    const isOurs = await this.challenges.consume(challenge, purposeOf(probe));
    if (!isOurs || !hasSigned(probe, challenge, signature)) throw Unauthenticated('The challenge has expired, or its signature is wrong.');
    await this.db.transaction(() =>
      this.audit.record(
        { ...ctx, actor: `probe:${probe_id}` },
        { action: 'health_probe.token_issued', tenant_id: PLATFORM_TENANT, target_type: 'health_probe', target_id: probe_id },
      ),
    );
    return this.tokens.sign(probe_id);
  }

  @Handle(auth.checkHealth)
  async checkHealth(_: Ctx, { token }: CheckHealth) {
    if (!this.probes.size) throw NotFound();
    // A probe that the operator has removed since gets nothing.
    if (!this.probes.has(await this.tokens.verify(token))) throw Unauthenticated('Send the token of a health probe.');
    // The database was read to verify the token.
    return { status: 'ok', checks: { auth: 'ok', db: 'ok' } } as const;
  }

  /** @throws Problem `not_found` */
  private find(probe_id: string): ProbeKey {
    const probe = this.probes.get(probe_id);
    if (!probe) throw NotFound('Unknown health probe.');
    return probe;
  }
}
