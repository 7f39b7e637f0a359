import {
  agent,
  type FixSecurity,
  NoSecurityReport,
  type SecurityAudit,
  type SecurityFinding,
  type SecurityFixes,
} from '@skep/contracts/agent';
import { holdsScope } from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers, LOG, type Log, statement, withKeySuffix } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { AccountChecks } from './account-checks.js';
import { InstallationChecks } from './installation-checks.js';
import type { SecurityCheck } from './security-check.js';
import { SecurityReportEntity } from './security-report.entity.js';

/** What a finding costs of 100. */
const COSTS = { critical: 40, high: 20, medium: 10, low: 5 };
const SAVE = statement(
  `insert into security_report (tenant_id, user_id, report) values (:tenant, :user, :report::jsonb)
   on conflict (tenant_id, user_id) do update set report = excluded.report`,
);

@Handlers()
export class SecurityHandlers {
  private readonly checks: readonly SecurityCheck[];

  constructor(
    installation: InstallationChecks,
    account: AccountChecks,
    private readonly db: Database,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.checks = [...installation.all, ...account.all];
  }

  @Handle(agent.auditSecurity)
  async auditSecurity(ctx: Ctx): Promise<SecurityAudit> {
    const findings = await Promise.all(this.checks.map((check) => this.find(ctx, check)));
    const open = findings.filter(({ status }) => status !== 'pass');
    const count = (status: string) => findings.filter((finding) => finding.status === status).length;
    const cost = ({ severity, status }: SecurityFinding) => COSTS[severity as keyof typeof COSTS] / (status === 'fail' ? 1 : 2);
    const report: SecurityAudit = {
      timestamp: new Date().toISOString(),
      score: Math.max(0, 100 - open.reduce((sum, finding) => sum + cost(finding), 0)),
      summary: {
        ...{ total_checks: findings.length, passed: count('pass'), failed: count('fail'), warnings: count('warning') },
        severity_breakdown: Object.fromEntries(
          [...Map.groupBy(open, ({ severity }) => severity)].map(([severity, those]) => [severity, those.length]),
        ),
      },
      findings,
      auto_fixable: open.filter(({ auto_fixable }) => auto_fixable).map(({ id }) => id),
    };
    await this.db.rows(SAVE, { tenant: ctx.tenant, user: ctx.user, report: JSON.stringify(report) });
    return report;
  }

  @Handle(agent.getSecurityReport)
  async getSecurityReport({ tenant, user }: Ctx): Promise<SecurityAudit> {
    const row = await this.db.repository(SecurityReportEntity).findOneBy({ tenant_id: tenant, user_id: user });
    if (!row) throw NoSecurityReport();
    return row.report;
  }

  @Handle(agent.fixSecurity)
  async fixSecurity(ctx: Ctx, { check_ids }: FixSecurity): Promise<SecurityFixes> {
    const results: Record<string, string> = {};
    for (const check of this.checks) {
      if (!check.fix || (check_ids && !check_ids.includes(check.id))) continue;
      const { status } = await check.find(withKeySuffix(ctx, check.id));
      if (status !== 'pass') results[check.id] = await this.fix(ctx, check);
    }
    return { fixes_attempted: Object.keys(results).length, results };
  }

  /** A fix has worked if the check then passes. */
  private async fix(ctx: Ctx, check: SecurityCheck): Promise<'fixed' | 'failed'> {
    if (check.isOfInstallation && !isAdministrator(ctx)) return 'failed';
    try {
      await check.fix?.(withKeySuffix(ctx, `fix ${check.id}`));
      return (await check.find(withKeySuffix(ctx, `after ${check.id}`))).status === 'pass' ? 'fixed' : 'failed';
    } catch (error) {
      this.log.warn({ error, check: check.id }, 'a finding of an audit could not be fixed');
      return 'failed';
    }
  }

  private async find(ctx: Ctx, check: SecurityCheck): Promise<SecurityFinding> {
    const { id, name, severity, category, isOfInstallation } = check;
    const { status, detail, remediation = null } = await check.find(withKeySuffix(ctx, id));
    const isShown = !isOfInstallation || isAdministrator(ctx);
    const text = isShown ? detail : status === 'pass' ? 'Nothing was found.' : 'Administrators of the installation see what was found.';
    return {
      ...{ id, name, severity, category, status, detail: text, message: text, remediation: isShown ? remediation : null },
      auto_fixable: check.fix !== undefined && isShown,
    };
  }
}

const isAdministrator = ({ tenant, scopes }: Ctx): boolean => tenant === 'default' && holdsScope(scopes, '*');
