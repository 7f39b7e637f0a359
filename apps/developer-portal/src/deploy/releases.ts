import { type IrCheckResult, irFault, kernel, type RemoteMcpSource } from '@skep/contracts/kernel';
import type { AppValidation, IrFaults } from '@skep/contracts/portal';
import { type FunctionInfo, registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import {
  buildManifest,
  exceedsDepth,
  findAppManifestFaults,
  findManifestFaults,
  findWebhookWarnings,
  functionsOf,
  irOfServers,
  type Manifest,
} from '../app/manifest.js';
import { manifestOfMcpServer } from '../app/mcp-manifest.js';

/** The fields of an app that a release is built from. */
export interface DeploySource extends Pick<AppEntity, 'app_id' | 'developer_id' | 'name' | 'short_description' | 'icon' | 'manifest_json'> {
  ir: Record<string, unknown> | null;
  /** The MCP server that the release is made from, if it is. */
  remote?: RemoteMcpSource | null;
}

/** A checked release, ready to be published at the registry. */
export interface ReleaseDraft {
  version: string;
  ir: Record<string, unknown> | null;
  manifest: Manifest;
  functions: FunctionInfo[];
  /** Ids of permissions. */
  permissions: string[];
  description: string;
  icon: string;
}

/** What an app's record keeps of its newest release. */
export const contentOf = ({ ir, version, functions, permissions }: ReleaseDraft, revision: number) => ({
  ...{ revision, version, functions, permission_ids: permissions },
  ...{ hosts: hostsOf(ir), runnable: ir !== null },
});

/** The messages of what is wrong, for an IR with all that the kernel found; or a draft, for an IR with the kernel's check of it. */
export type CheckResult = { faults: string[]; found?: IrFaults } | { draft: ReleaseDraft; irCheck?: IrCheckResult };

/** How long a server may take to list what it offers. */
const READ_TIMEOUT_MS = 60_000;
const DEPTH_MAX = 64;
/** The most faults that a text names. */
const FAULTS_MAX = 20;

export const toDeploySource = (app: AppEntity, ir: DeploySource['ir']): DeploySource => {
  const { app_id, developer_id, name, short_description, icon, manifest_json } = app;
  return { app_id, developer_id, name, short_description, icon, manifest_json, ir };
};

/** Checks apps' IRs (by the kernel) and manifests, and publishes them as releases at the registry. */
@Injectable()
export class Releases {
  constructor(private readonly bus: Bus) {}

  /** Checks the IR, or the manifest if the app has no IR: its tools may run on a server of the developer. @throws Problem if the kernel does not answer */
  async check(ctx: Ctx, source: DeploySource, version?: string): Promise<CheckResult> {
    const { ir, manifest_json, remote } = source;
    if (remote && version) return this.checkMcpServer(ctx, source, remote, version);
    if (ir) return this.checkIr(ctx, source, ir, version);
    if (Object.keys(manifest_json).length === 0)
      return { faults: ['The app has neither an IR nor a manifest. Deploy an IR or sync a manifest first.'] };
    const faults = findManifestFaults(manifest_json, source.app_id).map(({ loc, msg }) => `manifest ${loc.join('.')}: ${msg}`);
    if (faults.length) return { faults };
    const releaseVersion = version ?? String(manifest_json['version']);
    const manifest = { ...manifest_json, version: releaseVersion };
    const listed = { manifest, functions: functionsOf(manifest) };
    const onServers = irOfServers(manifest, source.name);
    if (onServers) {
      const checked = await this.checkIr(ctx, source, onServers, releaseVersion);
      return 'faults' in checked ? checked : { ...checked, draft: { ...checked.draft, ...listed } };
    }
    const { short_description: description, icon } = source;
    return { draft: { version: releaseVersion, ir: null, ...listed, permissions: [], description, icon } };
  }

  /** Says where each fault is. @param app of the caller, or the id of one that does not exist yet @throws Problem if the kernel does not answer */
  async validate(
    ctx: Ctx,
    { app_id, system = false, manifest_json = {} }: Pick<AppEntity, 'app_id'> & Partial<AppEntity>,
    ir: Record<string, unknown>,
    manifest?: Manifest,
  ): Promise<AppValidation> {
    const ofManifest = manifest ? findAppManifestFaults(manifest, app_id, system) : [];
    const { faults: ofIr, irCheck } = await this.readIr(ctx, app_id, ir);
    const faults = [
      ...ofIr.map((fault) => ({ source: 'ir' as const, ...fault })),
      ...ofManifest.map(({ loc, msg }) => ({ source: 'manifest' as const, path: loc.join('.'), message: msg })),
    ];
    const warnings = irCheck && !faults.length ? [...irCheck.warnings, ...findWebhookWarnings(manifest ?? manifest_json, irCheck)] : [];
    return { faults, warnings, version: irCheck?.version ?? '', permissions: irCheck?.permissions ?? [] };
  }

  /** @returns the revision. @throws Problem as the registry answers, or if it does not */
  async publish(ctx: Ctx, { app_id, developer_id, name }: DeploySource, { ir, ...draft }: ReleaseDraft): Promise<number> {
    const release = { app_id, developer_id, name, ...draft, ...(ir && { ir }) };
    return (await this.bus.call(registry.publishRelease, ctx, release)).revision;
  }

  /** Reads what the server offers, and checks the IR of that. */
  private async checkMcpServer(ctx: Ctx, source: DeploySource, remote: RemoteMcpSource, version: string): Promise<CheckResult> {
    const { app_id, name, manifest_json } = source;
    const patient = { ...ctx, idempotencyKey: undefined, deadline: Date.now() + READ_TIMEOUT_MS };
    const { faults, ir } = await this.bus.call(kernel.readMcpServer, patient, { app_id, version, name, source: remote });
    if (!ir) return { faults };
    return this.checkIr(ctx, { ...source, manifest_json: manifestOfMcpServer(manifest_json, ir, remote) }, ir, version);
  }

  private async checkIr(ctx: Ctx, source: DeploySource, ir: Record<string, unknown>, version?: string): Promise<CheckResult> {
    const { irCheck, ...found } = await this.readIr(ctx, source.app_id, ir);
    if (!irCheck) return { faults: found.faults.slice(0, FAULTS_MAX).map(({ message }) => message), found };
    const releaseVersion = version ?? irCheck.version;
    const warnings = [...irCheck.warnings, ...findWebhookWarnings(source.manifest_json, irCheck)];
    return {
      irCheck: { ...irCheck, warnings },
      draft: {
        version: releaseVersion,
        ir: irCheck.ir,
        manifest: { ...buildManifest(source.manifest_json, source.app_id, irCheck), version: releaseVersion },
        functions: irCheck.functions,
        permissions: irCheck.permissions.map(({ id }) => id),
        description: source.short_description || irCheck.description.slice(0, 2000),
        icon: iconOf(irCheck) || source.icon,
      },
    };
  }

  /** All that the kernel finds in an IR, and its check of one without faults. */
  private async readIr(ctx: Ctx, app_id: string, ir: Record<string, unknown>): Promise<IrFaults & { irCheck?: IrCheckResult }> {
    if (exceedsDepth(ir, DEPTH_MAX))
      return { faults: [irFault('outside-limits', [], `The IR is nested more than ${DEPTH_MAX} levels deep`)], warnings: [] };
    // Read-only, so without the idempotency key.
    const irCheck = await this.bus.call(kernel.checkIr, { ...ctx, idempotencyKey: undefined }, { app_id, ir });
    const { faults, warnings } = irCheck;
    return { faults, warnings, ...(!faults.length && { irCheck }) };
  }
}

/** The hosts of servers that functions of an IR run on, webhooks included; a program of the operator as it is named. */
function hostsOf(ir: ReleaseDraft['ir']): string[] {
  const { functions = [], mcp } = (ir?.['app'] ?? {}) as { functions?: { impl: { url?: string } }[]; mcp?: { url: string } | null };
  const urls = [...functions.flatMap(({ impl: { url } }) => (url ? [url] : [])), ...(mcp ? [mcp.url] : [])];
  return [...new Set(urls.map((url) => new URL(url).host || url))].sort();
}

/** The icon that an IR names; empty if it names none. */
export function iconOf({ ir }: IrCheckResult): string {
  const { icon = '' } = (ir?.['app'] ?? {}) as { icon?: string };
  return icon;
}
