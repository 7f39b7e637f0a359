import {
  auth,
  Conflict,
  type CreateUser,
  type DeleteUser,
  type ListUsers,
  type PersonRef,
  type SetCasesUser,
  type UpdateUser,
  UserNotFound,
} from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { aboutUser, Audit } from '../audit/audit.js';
import { Mails } from '../mail/mails.js';
import { missing } from '../scope/scopes.js';
import { AddUser } from './add-user.js';
import { ChangeUser } from './change-user.js';
import { UserRepository } from './user.repository.js';

@Handlers()
export class UserHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly users: UserRepository,
    private readonly add: AddUser,
    private readonly change: ChangeUser,
    private readonly audit: Audit,
    private readonly mails: Mails,
  ) {}

  @Handle(auth.listUsers)
  listUsers(ctx: Ctx, input: ListUsers) {
    return this.users.list(ctx, input);
  }

  @Handle(auth.createUser)
  createUser(ctx: Ctx, input: CreateUser) {
    return this.add.run(ctx, input);
  }

  @Handle(auth.getUser)
  async getUser(ctx: Ctx, { user_id }: PersonRef) {
    const person = await this.users.find(ctx, user_id);
    if (!person) throw UserNotFound();
    return person;
  }

  @Handle(auth.updateUser)
  updateUser(ctx: Ctx, input: UpdateUser) {
    return this.change.run(ctx, input);
  }

  @Handle(auth.deleteUser)
  async deleteUser(ctx: Ctx, { user_id, permanent }: DeleteUser) {
    await this.db.transaction(async () => {
      const inactive = { user_id, is_active: false };
      if (!permanent) return void (await this.change.run(ctx, inactive));
      const { tenant_id } = await this.change.run(ctx, inactive, 'erased');
      const address = await this.users.erase(ctx, user_id);
      if (address) await this.mails.withdraw(address);
      await this.outbox.add(auth.userErased, ctx, { tenant_id, user_id });
      await this.audit.record(ctx, { action: 'user.erased', ...aboutUser(user_id), source: 'rbac' });
    });
    return { id: user_id, imperal_id: user_id, deleted: true, permanent };
  }

  /** A person's first word counts: with another id they would be somebody else there. */
  @Handle(auth.setCasesUser)
  setCasesUser(ctx: Ctx, { imperal_id, cases_user_id }: SetCasesUser) {
    const administers = !missing(ctx.scopes, ['admin:users:write']).length;
    if (imperal_id !== ctx.user && !administers) throw UserNotFound();
    return this.db.transaction(async () => {
      const set = await this.users.setCases(ctx, imperal_id, cases_user_id, administers);
      if (set) {
        await this.audit.record(ctx, { action: 'user.cases_id_set', ...aboutUser(imperal_id), metadata: { cases_user_id } });
        return set;
      }
      if (await this.users.find(ctx, imperal_id)) throw Conflict('You have another id in the cases API. An administrator can change it.');
      throw UserNotFound();
    });
  }
}
