import { Conflict } from '@skep/contracts';
import {
  auth,
  type CreateUser as CreateUserInput,
  type DeleteUser,
  type ListUsers,
  type PersonRef,
  type SetCasesUser,
  type UpdateUser as UpdateUserInput,
  UserNotFound,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { MailQueue } from '../mail/mail-queue.js';
import { missingScopes } from '../scope/scopes.js';
import { CreateUser } from './create-user.js';
import { UpdateUser } from './update-user.js';
import { UserRepository } from './user.repository.js';

@Handlers()
export class UserHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly create: CreateUser,
    private readonly update: UpdateUser,
    private readonly audit: Audit,
    private readonly mailQueue: MailQueue,
  ) {}

  @Handle(auth.listUsers)
  listUsers(ctx: Ctx, input: ListUsers) {
    return this.users.list(ctx, input);
  }

  @Handle(auth.createUser)
  createUser(ctx: Ctx, input: CreateUserInput) {
    return this.create.run(ctx, input);
  }

  @Handle(auth.getUser)
  async getUser(ctx: Ctx, { user_id }: PersonRef) {
    const user = await this.users.find(ctx, user_id);
    if (!user) throw UserNotFound();
    return user;
  }

  @Handle(auth.updateUser)
  updateUser(ctx: Ctx, input: UpdateUserInput) {
    return this.update.run(ctx, input);
  }

  @Handle(auth.deleteUser)
  async deleteUser(ctx: Ctx, { user_id, permanent }: DeleteUser) {
    await this.db.transaction(async () => {
      const inactive = { user_id, is_active: false };
      if (!permanent) return void (await this.update.run(ctx, inactive));
      const { tenant_id } = await this.update.run(ctx, inactive, 'erased');
      const address = await this.accounts.erase(ctx, user_id);
      if (address) await this.mailQueue.withdraw(address);
      await this.outbox.add(auth.userErased, ctx, { tenant_id, user_id });
      await this.audit.record(ctx, { action: 'user.erased', ...aboutUser(user_id), source: 'rbac' });
    });
    return { id: user_id, imperal_id: user_id, deleted: true, permanent };
  }

  /** Users can set their id once, because with another id they could act as someone else in the cases API. Administrators can change it. */
  @Handle(auth.setCasesUser)
  setCasesUser(ctx: Ctx, { imperal_id, cases_user_id }: SetCasesUser) {
    const isAdministrator = !missingScopes(ctx.scopes, ['admin:users:write']).length;
    if (imperal_id !== ctx.user && !isAdministrator) throw UserNotFound();
    return this.db.transaction(async () => {
      const set = await this.accounts.setCasesUserId(ctx, imperal_id, cases_user_id, isAdministrator);
      if (set) {
        await this.audit.record(ctx, { action: 'user.cases_id_set', ...aboutUser(imperal_id), metadata: { cases_user_id } });
        return set;
      }
      if (await this.users.find(ctx, imperal_id))
        throw Conflict('You already have another id in the cases API. An administrator can change it.');
      throw UserNotFound();
    });
  }
}
