import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengeModule } from '../challenge/challenge.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { HealthProbeHandlers } from './health-probe.handlers.js';
import { ProbeTokens } from './probe-tokens.js';

@Aggregate({ imports: [AuditModule, ChallengeModule, SigningModule], handlers: [HealthProbeHandlers], providers: [ProbeTokens] })
export class HealthProbeModule {}
