import { type DeployIr, type DeployReceipt, InvalidIr, DeveloperAppNotFound } from '@skep/contracts';
import { type Ctx, Database, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { SubmitAppStory } from '../submission/submit-app.js';
import { DeployRepository } from './deploy.repository.js';
import { iconOf, Releases, subjectOf } from './releases.js';

/** Makes an IR a release at once: its developer can call it when this ends. Others can after the next approval. */
@Injectable()
export class DeployIrStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly releases: Releases,
    private readonly submit: SubmitAppStory,
  ) {}

  /** @throws InvalidIr naming what is wrong, after recording a failed deploy; NoSuchApp */
  async run(ctx: Ctx, { app_id, ir_dict, dev_mode }: DeployIr): Promise<DeployReceipt> {
    const app = await this.apps.find(ctx, app_id);
    if (!app) throw DeveloperAppNotFound(`App not found: ${app_id}`);
    const subject = subjectOf(app, ir_dict);
    const checked = await this.releases.check(ctx, subject);
    if ('faults' in checked || !checked.verdict) {
      const detail = `Invalid IR: ${'faults' in checked ? checked.faults.join('; ') : ''}`.slice(0, 4000);
      await this.deploys.addRefused(app, detail);
      throw InvalidIr(detail);
    }
    const { draft, verdict } = checked;
    const { version, functions, permissions, manifest, ir, description, icon } = draft;
    const revision = await this.releases.publish(withKeySuffix(ctx, 'publish'), subject, draft);

    return this.db.finish(async () => {
      const app = await this.apps.own(ctx, app_id, { lock: true });
      const release = { revision, version, functions, permission_ids: permissions, runnable: true };
      const held = { ir, manifest_json: manifest, tools_json: functions, icon };
      const described = app.short_description ? {} : { short_description: description, description: app.description || description };
      if (revision >= app.revision) await this.apps.change(app, { ...release, ...held, ...described });
      const deploy = await this.deploys.add(ctx, app, { version, commit_sha: version, status: 'success', revision });
      const submission = dev_mode ? null : await this.submit.run(ctx, app_id);
      return {
        app_id,
        deployed_at: deploy.deployed_at ?? deploy.created_at,
        steps_registered: verdict.steps,
        ir_version: version,
        commit: version,
        status: 'deployed',
        validation: 'ok',
        warnings: verdict.warnings,
        tools_synced: functions.length,
        panels_synced: verdict.panels.length,
        icon_synced: iconOf(verdict) !== '',
        manifest_synced: true,
        migrations_applied: 0,
        revision,
        submission,
        normalised: verdict.normalised,
      };
    });
  }
}
