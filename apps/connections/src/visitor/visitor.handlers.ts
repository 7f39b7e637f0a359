import {
  AccountNotFound,
  connections,
  type FinishedVisitorGrant,
  type FinishVisitorGrant,
  type GetVisitorToken,
  type StartVisitorGrant,
  StateInvalid,
  type VisitorPurpose,
} from '@skep/contracts/connections';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { VendorClients } from '../health/vendor-clients.js';
import { FreshTokens, type GrantStore, type StoredGrant, tokensOf } from '../provider/fresh-tokens.js';
import { ProviderClient, ProviderError } from '../provider/provider-client.js';
import type { VisitorGrantEntity } from './visitor-grant.entity.js';
import { VisitorGrantRepository } from './visitor-grant.repository.js';

type Held = StoredGrant & { of: VisitorGrantEntity };

/** Grants of people without an account, each for one purpose of the service that asks. */
@Handlers()
export class VisitorHandlers {
  constructor(
    private readonly vendors: VendorClients,
    private readonly provider: ProviderClient,
    private readonly grants: VisitorGrantRepository,
    private readonly tokens: FreshTokens,
  ) {}

  @Handle(connections.startVisitorGrant)
  async startVisitorGrant(_: Ctx, { provider, redirect_path, purpose_id }: StartVisitorGrant) {
    const asked = await this.vendors.ask(provider, redirect_path);
    await this.grants.ask(purpose_id, provider, asked);
    return { authorization_url: asked.authorization_url, expires_at: asked.expires_at };
  }

  /** The state is used up before the code is: after a failure or a crash the visitor starts again. */
  @Handle(connections.finishVisitorGrant)
  async finishVisitorGrant(_: Ctx, { provider, state, code, error }: FinishVisitorGrant): Promise<FinishedVisitorGrant> {
    const client = this.vendors.clientOf(provider);
    const asked = await this.grants.takeState(provider, state);
    if (!asked) throw StateInvalid();
    const { purpose_id, redirect_uri, code_verifier } = asked;
    const fail = async (status: 'denied' | 'failed') => {
      await this.grants.drop(purpose_id, asked.version);
      return { purpose_id, status };
    };
    if (error !== undefined || code === undefined) return fail('denied');
    try {
      const granted = await this.provider.exchange(client, { state, code }, redirect_uri, code_verifier);
      return { purpose_id, status: (await this.grants.store(asked, granted)) ? 'granted' : 'failed' };
    } catch (cause) {
      if (cause instanceof ProviderError) return fail('failed');
      throw cause;
    }
  }

  @Handle(connections.visitorToken)
  async visitorToken(ctx: Ctx, { purpose_id, stale_token }: GetVisitorToken) {
    const { access_token } = tokensOf(await this.tokens.find(ctx, this.storeOf(purpose_id), stale_token));
    return { access_token };
  }

  @Handle(connections.dropVisitorGrant)
  async dropVisitorGrant(_: Ctx, { purpose_id }: VisitorPurpose) {
    await this.grants.drop(purpose_id);
    return {};
  }

  private storeOf(purpose_id: string): GrantStore<Held> {
    const held = (of: VisitorGrantEntity | undefined) => of && { of, tokens: of.tokens!, expires_at: of.token_expires_at };
    return {
      find: async () => {
        const found = held(await this.grants.find(purpose_id));
        if (!found) throw AccountNotFound();
        return found;
      },
      take: async ({ of }) => held(await this.grants.takeRefresh(of)),
      end: ({ of }, granted) => this.grants.store(of, granted),
      expire: ({ of }) => this.grants.drop(purpose_id, of.version),
      clientOf: ({ of }) => Promise.resolve(this.vendors.clientOf(of.provider)),
    };
  }
}
