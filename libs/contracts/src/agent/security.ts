import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

export const CHECK_STATUSES = ['pass', 'fail', 'warning'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

const docs = {
  id: { description: 'Name of the check.', example: 'config-file-perms' },
} satisfies Record<string, FieldDocs>;

@Shape('What one check found.')
export class SecurityFinding {
  @Text(docs.id) id!: string;
  @Text({ description: 'What is checked.', example: 'Secrets are readable by their owner only' }) name!: string;
  @OneOf(['critical', 'high', 'medium', 'low', 'info'], { description: 'How much it matters.', example: 'medium' }) severity!: string;
  @Text({ description: 'What it is about.', example: 'files' }) category!: string;
  @OneOf(CHECK_STATUSES, { description: 'What was found.', example: 'pass' }) status!: CheckStatus;
  @Text({ description: 'In a sentence.', example: 'The mode of secrets.env is 600.' }) detail!: string;
  @Text({ description: 'The same.', example: 'The mode of secrets.env is 600.' }) message!: string;
  @Nullable() @Text({ description: 'What to do. Null if nothing has to be done.' }) remediation!: string | null;
  @Bool({ description: 'Whether a fix can do it.', example: true }) auto_fixable!: boolean;
}

@Shape('The findings, counted.')
export class SecuritySummary {
  @Int({ description: 'Number of checks.', example: 9 }) total_checks!: number;
  @Int({ description: 'Number of checks that passed.', example: 8 }) passed!: number;
  @Int({ description: 'Number of checks that failed.', example: 0 }) failed!: number;
  @Int({ description: 'Number of warnings.', example: 1 }) warnings!: number;
  @Json({ description: 'What did not pass, by severity.', example: { medium: 1 } }) severity_breakdown!: Record<string, number>;
}

@Shape('An audit of the security of the installation and of your account.')
export class SecurityAudit {
  @Text({ description: 'When it was made.', example: '2026-06-21T00:00:00.000Z' }) timestamp!: string;
  @Num({ description: 'From 0 to 100 (nothing was found).', example: 95 }) score!: number;
  @Nested(() => SecuritySummary, { description: 'The findings, counted.' }) summary!: SecuritySummary;
  @List(() => SecurityFinding, { description: 'One for each check.' }) findings!: SecurityFinding[];
  @List('text', { description: 'Checks that did not pass and can be fixed.', example: ['config-file-perms'] }) auto_fixable!: string[];
}

@Shape('Which findings to fix.')
export class FixSecurity {
  @Optional()
  @Nullable()
  @List('text', {
    max: 50,
    description: 'Names of checks; unknown ones are ignored. Null: all that can be fixed.',
    example: ['token-expiry'],
  })
  check_ids?: string[] | null;
}

@Shape('What was fixed.')
export class SecurityFixes {
  @Int({ description: 'Number of fixes.', example: 1 }) fixes_attempted!: number;
  @Json({ description: '`fixed` or `failed`, by check.', example: { 'token-expiry': 'fixed' } }) results!: Record<string, string>;
}

export const NoSecurityReport = problem('no_security_report', 404, 'No audit report available. Run POST /audit first.');

const scope = 'agent:use';

export const securityMembers = {
  auditSecurity: operation('Audit the security', {
    description: 'Of the installation, of which only its administrators see details, and of your account.',
    scope,
    input: Empty,
    output: SecurityAudit,
    spansCalls: true,
  }),
  getSecurityReport: operation('Read your last audit', { scope, input: Empty, output: SecurityAudit, problems: [NoSecurityReport] }),
  fixSecurity: operation('Fix what an audit finds', {
    description: 'The installation is changed for its administrators only.',
    scope,
    input: FixSecurity,
    output: SecurityFixes,
    spansCalls: true,
  }),
};
