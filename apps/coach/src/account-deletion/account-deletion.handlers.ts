import { Conflict, InvalidInput } from '@skep/contracts';
import { coach, type DeleteAccount, RequiresRecentLogin } from '@skep/contracts/coach';
import { type Ctx, Database, Handle, Handlers, newCtx, Runs } from '@skep/platform';
import { DELETION } from './deletion-run.js';
import { DeletionRepository, toDeletion } from './deletion.repository.js';

/** How long ago the sign-in of a person who deletes their account may be. */
const RECENT_MS = 5 * 60_000;

@Handlers()
export class AccountDeletionHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly deletions: DeletionRepository,
  ) {}

  @Handle(coach.deleteAccount)
  async deleteAccount(ctx: Ctx, { confirm, apple_authorization_code }: DeleteAccount) {
    if (!confirm) throw InvalidInput([{ loc: ['confirm'], msg: 'Must be true: a deletion cannot be undone', type: 'not_confirmed' }]);
    if (Date.now() - (ctx.signedInAt ?? 0) > RECENT_MS) throw RequiresRecentLogin();
    if (ctx.role === 'admin') throw Conflict('Administrators are deleted by another administrator.');
    const deletion_id = await this.db.transaction(async () => {
      const added = await this.deletions.add(ctx, apple_authorization_code || null);
      if (!added) return (await this.deletions.findOf(ctx))?.id;
      const { tenant, request, trace } = ctx;
      await this.runs.start(DELETION, newCtx({ tenant, request, trace, actor: 'service:coach' }), { deletion_id: added });
      return added;
    });
    if (!deletion_id) throw Conflict('The deletion of this account has just ended.');
    return { deletion_id, status: 'scheduled' as const };
  }

  @Handle(coach.getAccount)
  async getAccount(ctx: Ctx) {
    const deletion = await this.deletions.findOf(ctx);
    return { user_id: ctx.user, state: deletion ? ('deleting' as const) : ('active' as const), deletion: deletion && toDeletion(deletion) };
  }
}
