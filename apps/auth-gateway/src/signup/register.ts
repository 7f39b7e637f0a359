import { Conflict, InvalidInput } from '@skep/contracts';
import type { Register as Input, Tokens } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, generateUserId } from '../account/account.repository.js';
import { Passwords } from '../secrets/passwords.js';
import { CreateSession } from '../session/create-session.js';
import type { SessionSurface } from '../session/session.repository.js';

interface Options {
  attributes: Record<string, unknown>;
  /** Whose word the address is, for the audit log. */
  how: 'service' | 'open registration';
  surface: SessionSurface;
  /** What it says if the address has an account. */
  taken?: string;
}

/** Creates an account whose address is not verified, and signs its owner in. */
@Injectable()
export class Register {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly createSession: CreateSession,
  ) {}

  /** @throws Problem `conflict` if the address has an account; `invalid_input` */
  async run(ctx: Ctx, { email, password, tenant_id }: Input, { attributes, how, surface, taken }: Options): Promise<Tokens> {
    const status = await this.accounts.addressStatus({ tenant_id, email });
    if (!status.tenant_exists) throw InvalidInput([{ loc: ['tenant_id'], msg: `Tenant ${tenant_id} not found`, type: 'tenant_unknown' }]);
    const password_hash = await this.passwords.hash(ctx, password);
    return this.db.transaction(async () => {
      const account = { user_id: generateUserId(), tenant_id, email, password_hash, attributes };
      const user = await this.accounts.create(ctx, account, 'user', how);
      if (!user) throw Conflict(taken);
      return this.createSession.run(ctx, user, { surface });
    });
  }
}
