import { type DeployIr as Input, type DeployReceipt, InvalidIr, DeveloperAppNotFound } from '@skep/contracts/portal';
import { commitWithAnswer, type Ctx, Database, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { DeployRepository } from '../deploy/deploy.repository.js';
import { assertManifest } from '../deploy/release-manifest.js';
import { contentOf, iconOf, Releases, toDeploySource } from '../deploy/releases.js';
import { SubmitApp } from '../submission/submit-app.js';

/** Publishes an IR as a release at once. Its developer can call it immediately; other users can after the next approval. */
@Injectable()
export class DeployIr {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly releases: Releases,
    private readonly submit: SubmitApp,
  ) {}

  /** @throws DeveloperAppNotFound; InvalidInput with the faults of the manifest; InvalidIr with the faults, after recording a failed deploy */
  async run(ctx: Ctx, { app_id, ir_dict, manifest_json, dev_mode }: Input): Promise<DeployReceipt> {
    const app = await this.apps.findOwn(ctx, app_id);
    if (!app) throw DeveloperAppNotFound(`App not found: ${app_id}`);
    if (manifest_json) assertManifest(manifest_json, app, ['manifest_json']);
    const source = { ...toDeploySource(app, ir_dict), ...(manifest_json && { manifest_json }) };
    const result = await this.releases.check(ctx, source);
    if ('faults' in result || !result.irCheck) {
      const detail = `Invalid IR: ${'faults' in result ? result.faults.join('; ') : ''}`.slice(0, 4000);
      await this.deploys.addInvalid(app, detail);
      throw InvalidIr(detail, undefined, 'faults' in result ? result.found : undefined);
    }
    const { draft, irCheck } = result;
    const { version, functions, manifest, ir, description, icon } = draft;
    const revision = await this.releases.publish(withKeySuffix(ctx, 'publish'), source, draft);

    return commitWithAnswer(this.db, async () => {
      const app = await this.apps.getOwn(ctx, app_id, { lock: true });
      const content = { ir, manifest_json: manifest, tools_json: functions, icon };
      const descriptions = app.short_description ? {} : { short_description: description, description: app.description || description };
      if (revision >= app.revision) await this.apps.update(app, { ...contentOf(draft, revision), ...content, ...descriptions });
      const deploy = await this.deploys.add(ctx, app, { version, commit_sha: version, status: 'success', revision });
      const submission = dev_mode ? null : await this.submit.run(ctx, app_id);
      return {
        app_id,
        deployed_at: deploy.deployed_at ?? deploy.created_at,
        steps_registered: irCheck.steps,
        ir_version: version,
        commit: version,
        status: 'deployed',
        validation: 'ok',
        warnings: irCheck.warnings,
        tools_synced: functions.length,
        panels_synced: irCheck.panels.length,
        icon_synced: iconOf(irCheck) !== '',
        manifest_synced: true,
        migrations_applied: 0,
        revision,
        submission,
        normalised: irCheck.normalised,
      };
    });
  }
}
