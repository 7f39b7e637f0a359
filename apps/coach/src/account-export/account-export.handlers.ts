import { coach } from '@skep/contracts/coach';
import { as, type Ctx, Database, Handle, Handlers, statement } from '@skep/platform';

const EXPORT = statement('select export_user(:tenant, :user) as data', { data: as<Record<string, unknown>>('jsonb') });

@Handlers()
export class AccountExportHandlers {
  constructor(private readonly db: Database) {}

  @Handle(coach.exportAccount)
  async exportAccount(ctx: Ctx) {
    const { data } = (await this.db.row(EXPORT, { tenant: ctx.tenant, user: ctx.user }))!;
    return { user_id: ctx.user, exported_at: new Date(), data };
  }
}
