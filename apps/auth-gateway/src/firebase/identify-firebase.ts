import { Problem } from '@skep/contracts';
import type { FirebaseUser } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository, FIREBASE, generateUserId, placeholderOf } from '../account/account.repository.js';
import { FirebaseIdentityRepository, type FirebaseState } from './firebase-identity.repository.js';
import { type FirebasePerson, FirebaseTokens, Refused } from './firebase-tokens.js';
import { IdentityToolkit } from './identity-toolkit.js';

/** Where accounts of Firebase users are made. */
const TENANT = 'default';
const ROLE = 'user';
/** After a failure Google is left alone for so long: while it does not answer, requests do not wait for it. */
const PAUSE_MS = 10_000;

/** Finds the user of a Firebase ID token. The first one creates their account. */
@Injectable()
export class IdentifyFirebase {
  private pausedUntil = -Infinity;

  constructor(
    private readonly db: Database,
    private readonly tokens: FirebaseTokens,
    private readonly toolkit: IdentityToolkit,
    private readonly identities: FirebaseIdentityRepository,
    private readonly accounts: AccountRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `invalid_credentials` also for users who are inactive, disabled, erased or whose sign-in was ended; `unavailable` */
  async run(ctx: Ctx, token: string): Promise<FirebaseUser> {
    const person = await this.tokens.verify(token);
    const known = await this.identities.find(person);
    const { is_disabled, valid_since } = known.is_checked ? known : await this.ask(person, known);
    if (known.is_erased || is_disabled) throw Refused();
    if (valid_since && person.signed_in_at < valid_since) throw Refused();
    const { tenant_id, account_id } = known.account_id === null ? await this.add(ctx, person) : known;
    if (tenant_id === null || account_id === null) throw Refused();
    return this.db.inTenant(tenant_id, async () => {
      const user = await this.accounts.findActiveUser(account_id, tenant_id);
      if (!user) throw Refused();
      if (!known.signed_in_at || known.signed_in_at < person.signed_in_at) await this.noteSignIn(person, account_id);
      return { ...user, email: person.email, signed_in_at: person.signed_in_at };
    });
  }

  /** What Firebase says of the person. If it does not answer, or is not to be asked, what was known last counts. */
  private async ask(person: FirebasePerson, known: FirebaseState): Promise<FirebaseState> {
    if (!this.toolkit.isConfigured || performance.now() < this.pausedUntil) return known;
    try {
      const { is_disabled, valid_since } = await this.toolkit.lookUp(person.subject);
      const state = { is_disabled, valid_since: latest(valid_since, known.valid_since) };
      await this.identities.noteState(person, state);
      return state;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.pausedUntil = performance.now() + PAUSE_MS;
      this.log.warn({ error }, 'Firebase does not say whether a user was disabled; what was known last counts');
      return known;
    }
  }

  /** What is known of the person once they have an account, by whichever of several first tokens. */
  private async add(ctx: Ctx, person: FirebasePerson) {
    const user_id = generateUserId();
    await this.db.inTenant(TENANT, () =>
      this.db.transaction(async () => {
        if (await this.identities.add(person, { tenant_id: TENANT, account_id: user_id })) await this.createAccount(ctx, person, user_id);
      }),
    );
    return this.identities.find(person);
  }

  /** An address that is not verified, or that has an account, is not the account's: an address proves nothing about who someone is. */
  private async createAccount(ctx: Ctx, { email, is_verified }: FirebasePerson, user_id: string): Promise<void> {
    const account = { user_id, tenant_id: TENANT, password_hash: null, auth_method: FIREBASE, attributes: {} } as const;
    const own = { ...ctx, tenant: TENANT };
    const created = email && is_verified && (await this.accounts.create(own, { ...account, email }, ROLE, 'Firebase'));
    if (!created) await this.accounts.create(own, { ...account, email: placeholderOf(user_id) }, ROLE, 'Firebase');
  }

  private noteSignIn(person: FirebasePerson, account_id: string): Promise<void> {
    return this.db.transaction(async () => {
      await this.identities.noteSignIn(person);
      await this.accounts.recordLogin(account_id);
    });
  }
}

const latest = (a: Date | null, b: Date | null) => (a && b && a < b ? b : (a ?? b));
