import { builtins } from '@skep/contracts/builtins';
import { type CallFinished, kernel } from '@skep/contracts/kernel';
import { type InstallChanged, registry } from '@skep/contracts/registry';
import { type Ctx, Database, Handlers, OnEvent, statement } from '@skep/platform';

/** Ignores a count older than the known one. */
const SET_INSTALL_COUNT = statement(`
  insert into popularity (app_id, install_count, install_sequence) values (:app_id, :install_count, :sequence)
  on conflict (app_id) do update set install_count = excluded.install_count, install_sequence = excluded.install_sequence
   where popularity.install_sequence < excluded.install_sequence`);
const ADD_ACTION = statement(`
  insert into popularity (app_id, action_count) values (:app_id, 1)
  on conflict (app_id) do update set action_count = popularity.action_count + 1`);

@Handlers()
export class PopularityHandlers {
  constructor(private readonly db: Database) {}

  @OnEvent(registry.installChanged)
  async installChanged(_: Ctx, change: InstallChanged) {
    await this.db.rows(SET_INSTALL_COUNT, change);
  }

  @OnEvent(kernel.callFinished)
  async callFinished(_: Ctx, { app_id }: CallFinished) {
    if (!Object.hasOwn(builtins, app_id)) await this.db.rows(ADD_ACTION, { app_id });
  }
}
