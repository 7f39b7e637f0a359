import { builtins } from '@skep/contracts/builtins';
import { type CallFinished, type CallsFinished, kernel } from '@skep/contracts/kernel';
import { type InstallChanged, registry } from '@skep/contracts/registry';
import { type Ctx, Database, Handlers, OnEvent, statement } from '@skep/platform';
import { AppUses } from '../review/app-uses.js';

/** Ignores a count older than the known one. */
const SET_INSTALL_COUNT = statement(`
  insert into popularity (app_id, install_count, install_sequence) values (:app_id, :install_count, :sequence)
  on conflict (app_id) do update set install_count = excluded.install_count, install_sequence = excluded.install_sequence
   where popularity.install_sequence < excluded.install_sequence`);
/** Ordered, so that concurrent counts of the same apps do not wait for each other in a circle. */
const ADD_ACTIONS = statement(`
  insert into popularity (app_id, action_count) select app_id, count(*) from unnest(:app_ids::text[]) app_id group by app_id order by app_id
  on conflict (app_id) do update set action_count = popularity.action_count + excluded.action_count`);

@Handlers()
export class PopularityHandlers {
  constructor(
    private readonly db: Database,
    private readonly uses: AppUses,
  ) {}

  @OnEvent(registry.installChanged)
  async installChanged(_: Ctx, change: InstallChanged) {
    await this.db.rows(SET_INSTALL_COUNT, change);
    await this.uses.forgetUninstalled(change);
  }

  @OnEvent(kernel.callsFinished)
  async callsFinished(_: Ctx, { calls }: Pick<CallsFinished, 'calls'>) {
    const app_ids = calls.map(({ app_id }) => app_id).filter((id) => !Object.hasOwn(builtins, id));
    if (app_ids.length) await this.db.rows(ADD_ACTIONS, { app_ids });
    await this.uses.add(calls);
  }

  @OnEvent(kernel.callFinished)
  callFinished(ctx: Ctx, call: CallFinished) {
    return this.callsFinished(ctx, { calls: [call] });
  }
}
