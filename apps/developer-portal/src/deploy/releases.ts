import { type FunctionInfo, type IrCheckResult, kernel, registry } from '@skep/contracts';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { functionsOf, isDeeperThan, type Manifest, manifestFaults, manifestOfIr } from '../app/manifest.js';

/** The part of an app that becomes a release. */
export interface Subject extends Pick<AppEntity, 'app_id' | 'developer_id' | 'name' | 'short_description' | 'icon' | 'manifest_json'> {
  ir: Record<string, unknown> | null;
}

/** A release that the registry does not have yet. */
export interface Draft {
  version: string;
  ir: Record<string, unknown> | null;
  manifest: Manifest;
  functions: FunctionInfo[];
  /** By their ids. */
  permissions: string[];
  description: string;
  icon: string;
}

/** Either what is wrong, in words, or a draft; for an IR also what the kernel thinks of it. */
export type Checked = { faults: string[] } | { draft: Draft; verdict?: IrCheckResult };

const DEPTH_MAX = 64;
const MESSAGES_MAX = 20;

export const subjectOf = (app: AppEntity, ir: Subject['ir']): Subject => {
  const { app_id, developer_id, name, short_description, icon, manifest_json } = app;
  return { app_id, developer_id, name, short_description, icon, manifest_json, ir };
};

/** Makes releases of what apps hold. The kernel says whether an IR would run; the registry keeps the releases. */
@Injectable()
export class Releases {
  constructor(private readonly bus: Bus) {}

  /** An IR goes before a manifest. @throws Problem where the kernel does not answer */
  async check(ctx: Ctx, subject: Subject, version?: string): Promise<Checked> {
    const { ir, manifest_json } = subject;
    if (ir) return this.checkIr(ctx, subject, ir, version);
    if (Object.keys(manifest_json).length === 0)
      return { faults: ['The app holds neither an IR nor a manifest. Deploy an IR, or sync a manifest, first.'] };
    const faults = manifestFaults(manifest_json, subject.app_id).map(({ loc, msg }) => `manifest ${loc.join('.')}: ${msg}`);
    if (faults.length) return { faults };
    const stated = version ?? String(manifest_json['version']);
    const manifest = { ...manifest_json, version: stated };
    const { short_description: description, icon } = subject;
    return { draft: { version: stated, ir: null, manifest, functions: functionsOf(manifest), permissions: [], description, icon } };
  }

  /** @returns the release's number. @throws Problem */
  async publish(ctx: Ctx, { app_id, developer_id, name }: Subject, { ir, ...draft }: Draft): Promise<number> {
    const release = { app_id, developer_id, name, ...draft, ...(ir && { ir }) };
    return (await this.bus.call(registry.publishRelease, ctx, release)).revision;
  }

  private async checkIr(ctx: Ctx, subject: Subject, ir: Record<string, unknown>, version?: string): Promise<Checked> {
    if (isDeeperThan(ir, DEPTH_MAX)) return { faults: [`it is nested more than ${DEPTH_MAX} levels deep`] };
    // A question: it needs no idempotency key.
    const verdict = await this.bus.call(kernel.checkIr, { ...ctx, idempotencyKey: undefined }, { app_id: subject.app_id, ir });
    if (verdict.faults.length) return { faults: verdict.faults.slice(0, MESSAGES_MAX).map(({ message }) => message) };
    const stated = version ?? verdict.version;
    return {
      verdict,
      draft: {
        version: stated,
        ir: verdict.ir,
        manifest: { ...manifestOfIr(subject.manifest_json, subject.app_id, verdict), version: stated },
        functions: verdict.functions,
        permissions: verdict.permissions.map(({ id }) => id),
        description: subject.short_description || verdict.description.slice(0, 2000),
        icon: iconOf(verdict) || subject.icon,
      },
    };
  }
}

/** The icon that an IR names. */
export function iconOf({ ir }: IrCheckResult): string {
  const { icon = '' } = (ir?.['app'] ?? {}) as { icon?: string };
  return icon;
}
