import type { CheckStatus } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';

/** What a check found. */
export interface Finding {
  status: CheckStatus;
  detail: string;
  remediation?: string;
}

/** Something that is checked. */
export interface SecurityCheck {
  id: string;
  name: string;
  severity: 'critical' | 'high' | 'medium' | 'low';
  category: string;
  /** Of the installation: only its administrators see details, and fix it. */
  isOfInstallation: boolean;
  find(ctx: Ctx): Promise<Finding>;
  /** Does what the finding asks for. */
  fix?(ctx: Ctx): Promise<void>;
}

export const pass = (detail: string): Finding => ({ status: 'pass', detail });
export const fail = (detail: string, remediation: string): Finding => ({ status: 'fail', detail, remediation });
export const warn = (detail: string, remediation: string): Finding => ({ status: 'warning', detail, remediation });
