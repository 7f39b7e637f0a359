import { Conflict, InvalidInput } from '@skep/contracts';
import { type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { findAppManifestFaults, type Manifest } from '../app/manifest.js';
import { DeployRepository } from './deploy.repository.js';
import { outcomeOf } from './run-deploy.js';
import { contentOf, type ReleaseDraft, Releases, toDeploySource } from './releases.js';

/** A manifest that was published, and its number. */
export interface ReleasedManifest {
  draft: ReleaseDraft;
  revision: number;
}

/** @throws InvalidInput with the faults of the manifest below `loc` */
export function assertManifest(
  manifest: Manifest,
  { app_id, system = false }: Pick<AppEntity, 'app_id'> & Partial<AppEntity>,
  loc: string[],
): void {
  const faults = findAppManifestFaults(manifest, app_id, system);
  if (faults.length) throw InvalidInput(faults.map((fault) => ({ ...fault, loc: [...loc, ...fault.loc] })));
}

/** Releases a manifest that registry clients send. The app's developer has it at once, and other users after an approval. */
@Injectable()
export class ReleaseManifest {
  constructor(
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly releases: Releases,
  ) {}

  /** @throws InvalidInput with the faults of the manifest below `loc`; Conflict if an IR defines the functions of the app */
  async publish(ctx: Ctx, app: AppEntity, manifest_json: Manifest, loc: string[]): Promise<ReleasedManifest> {
    assertManifest(manifest_json, app, loc);
    if (await this.apps.getIr(app)) throw Conflict(`The functions of app '${app.app_id}' come from its IR. Deploy the IR.`);
    const source = { ...toDeploySource(app, null), manifest_json };
    const result = await this.releases.check(ctx, source);
    if ('faults' in result) throw InvalidInput(result.faults.map((msg) => ({ loc, msg, type: 'manifest' })));
    return { draft: result.draft, revision: await this.releases.publish(withKeySuffix(ctx, 'publish'), source, result.draft) };
  }

  /** Records a published manifest as the app's content and as a deploy. Must run in a transaction that has locked the app. */
  async save(ctx: Ctx, app: AppEntity, { draft, revision }: ReleasedManifest): Promise<void> {
    const { version, functions, manifest } = draft;
    if (revision >= app.revision)
      await this.apps.update(app, { ...contentOf(draft, revision), manifest_json: manifest, tools_json: functions });
    await this.deploys.add(ctx, app, { version, commit_sha: version, ...outcomeOf(draft), revision });
  }
}
