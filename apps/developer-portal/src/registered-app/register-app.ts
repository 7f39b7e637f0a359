import { type Fault, Forbidden, InvalidInput } from '@skep/contracts';
import type { RegisteredApp, RegisterApp as Input } from '@skep/contracts/portal';
import { commitWithAnswer, type Ctx, currentLease, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { isServiceWithoutUser } from '../app/app.repository.js';
import { CreateApp } from '../app-lifecycle/create-app.js';
import { assertManifest, ReleaseManifest } from '../deploy/release-manifest.js';
import { RegisteredAppRepository } from './registered-app.repository.js';

/** The field that the faults of a manifest are of. */
const LOC = ['manifest'];

/** Creates an app for a registry client: the record of a developer, or for a service one that belongs to the installation. */
@Injectable()
export class RegisterApp {
  constructor(
    private readonly db: Database,
    private readonly registered: RegisteredAppRepository,
    private readonly create: CreateApp,
    private readonly releases: ReleaseManifest,
  ) {}

  /** @throws InvalidInput, Forbidden, NotADeveloper, AppIdTaken, AppCapReached */
  async run(ctx: Ctx, { display_name: name, description = '', version, ...input }: Input): Promise<RegisteredApp> {
    const app_id = input.app_id ?? input.id;
    if (!app_id) throw InvalidInput(['app_id', 'id'].map((key): Fault => ({ loc: [key], msg: 'Set app_id or id', type: 'missing' })));
    const developer_id = ownerFor(ctx, input.owner_id);
    const texts = { name: name.trim() || app_id, short_description: description, description };
    const record = { app_id, ...texts, config: input.config ?? {} };
    const content = input.manifest && completed(record, input.manifest, version);
    if (content) assertManifest(content, record, LOC);
    const app = await this.addOnce({ ...ctx, user: developer_id }, record);
    const released = content && (await this.releases.publish(ctx, app, content, LOC));
    return commitWithAnswer(this.db, async () => {
      if (released) await this.releases.save(ctx, await this.registered.get(ctx, app_id, { lock: true }), released);
      return this.registered.describe(app);
    });
  }

  /** Under an Idempotency-Key, a repetition after a crash continues with the app that the first attempt created. */
  private addOnce(ctx: Ctx, record: Partial<AppEntity> & Pick<AppEntity, 'app_id'>): Promise<AppEntity> {
    const lease = currentLease();
    if (lease?.findPart('created')) return this.registered.getKept(ctx, record.app_id);
    return this.db.transaction(async () => {
      const app = await this.create.add(ctx, record, { ofInstallation: !ctx.user });
      await lease?.recordPart('created', true);
      return app;
    });
  }
}

/** Only a service registers apps for others. @throws Forbidden */
function ownerFor(ctx: Ctx, owner_id = ctx.user): string {
  if (!isServiceWithoutUser(ctx) && owner_id !== ctx.user) throw Forbidden('You may only register apps of your own.');
  return owner_id;
}

/** A manifest with what its client may leave out. */
export const completed = (
  { app_id, version: last }: Pick<AppEntity, 'app_id'> & Partial<AppEntity>,
  manifest: Record<string, unknown>,
  version = last ?? '1.0.0',
) => ({ app_id, version, ...manifest });
