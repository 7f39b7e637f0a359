import { type Fault, InvalidInput } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { registry, type SaveUserAutomations, type UserAutomation, type UserAutomationsRef } from '@skep/contracts/registry';
import { Bus, commitWithAnswer, type Ctx, Database, Handle, Handlers, statement } from '@skep/platform';
import { UserAutomationEntity } from './user-automation.entity.js';

/** Two clients that replace the automations of one user wait for each other. */
const LOCK = statement(`select pg_advisory_xact_lock(hashtextextended(:tenant || '/' || :user_id, 0))`);

@Handlers()
export class UserAutomationHandlers {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Handle(registry.getUserAutomations)
  async getUserAutomations(ctx: Ctx, { user_id }: UserAutomationsRef) {
    await this.assertUser(ctx, user_id);
    return this.read(ctx, user_id);
  }

  @Handle(registry.saveUserAutomations)
  async saveUserAutomations(ctx: Ctx, { user_id, automations }: SaveUserAutomations) {
    assertOnce(automations);
    await this.assertUser(ctx, user_id);
    const owner = { tenant_id: ctx.tenant, user_id };
    return commitWithAnswer(this.db, async () => {
      await this.db.rows(LOCK, { tenant: ctx.tenant, user_id });
      const repository = this.db.repository(UserAutomationEntity);
      await repository.delete(owner);
      await repository.insert(automations.map((automation) => ({ ...automation, ...owner })) as object[]);
      return this.read(ctx, user_id);
    });
  }

  private async read({ tenant }: Ctx, user_id: string) {
    const where = { tenant_id: tenant, user_id };
    const order = { app_id: 'asc', section_name: 'asc' } as const;
    return { automations: await this.db.repository(UserAutomationEntity).find({ where, order }) };
  }

  /** @throws Problem `user_not_found` */
  private async assertUser(ctx: Ctx, user_id: string): Promise<void> {
    await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, { user_id, tenant_id: ctx.tenant });
  }
}

/** @throws Problem `invalid_input` for a section that is named twice */
function assertOnce(automations: UserAutomation[]): void {
  const seen = new Set<string>();
  const isRepeated = ({ app_id, section_name }: UserAutomation) => seen.size === seen.add(`${app_id}/${section_name}`).size;
  const faults = automations.flatMap((automation, i): Fault[] =>
    isRepeated(automation)
      ? [{ loc: ['automations', i, 'section_name'], msg: 'Another automation is for the same section', type: 'duplicate' }]
      : [],
  );
  if (faults.length) throw InvalidInput(faults);
}
