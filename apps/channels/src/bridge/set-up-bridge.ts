import { type Fault, InvalidInput } from '@skep/contracts';
import { BridgeNotFound, type SetUpBridge, VendorUnreachable } from '@skep/contracts/channels';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type Adapter, type Credentials, Refused } from './adapter.js';
import { Adapters } from './adapters.js';
import { type BridgeEntity } from './bridge.entity.js';
import { BridgeRepository, credentialsOf } from './bridge.repository.js';

const VALUE_MAX = 4_000;
const IDENTIFY_MS = 4_000;

/** Sets up a channel of a person, once its network has said whose the credentials are. */
@Injectable()
export class BridgeSetUp {
  constructor(
    private readonly db: Database,
    private readonly adapters: Adapters,
    private readonly bridges: BridgeRepository,
  ) {}

  /** @throws Problem `channel_not_found`, `channel_unreachable`, `invalid_input` */
  async run(ctx: Ctx, { channel, token, credentials: sent = {}, agent_id, ...changes }: SetUpBridge): Promise<BridgeEntity> {
    const adapter = this.adapters.find(channel);
    if (!adapter) throw BridgeNotFound(`Channel not found: ${channel}`);
    const before = await this.bridges.find(ctx, channel);
    const credentials = {
      ...(before && credentialsOf(before)),
      ...assertCredentials(adapter, { ...sent, ...(token !== undefined && { token }) }),
    };
    assertComplete(adapter, credentials, token !== undefined);
    const bot = await identify(adapter, credentials, token !== undefined);
    return this.db.transaction(async () => {
      await this.bridges.save(ctx, {
        ...{ channel: adapter.name, credentials: JSON.stringify(credentials), bot_id: bot.id, bot_name: bot.name },
        listens: adapter.listen !== undefined && (adapter.isListening?.(credentials) ?? true),
        dm_policy: changes.dm_policy ?? before?.dm_policy ?? 'pairing',
        allow: [...new Set(changes.allow ?? before?.allow ?? [])],
        mention_required: changes.mention_required ?? before?.mention_required ?? true,
        agent_id: (agent_id === undefined ? before?.agent_id : agent_id) || null,
        enabled: changes.enabled ?? before?.enabled ?? true,
      });
      const bridge = await this.bridges.get(ctx, channel);
      const runs = changes.enabled ?? before?.running ?? true;
      if (runs) await this.bridges.start(bridge);
      else await this.bridges.stop(bridge);
      return this.bridges.get(ctx, channel);
    });
  }
}

/** Where a person has sent a credential. */
const placeOf = (name: string, asToken: boolean): string[] => (name === 'token' && asToken ? ['token'] : ['credentials', name]);

function assertCredentials({ credentials: { required, optional } }: Adapter, sent: Record<string, unknown>): Credentials {
  const known = [...required, ...optional];
  const faults = Object.entries(sent).flatMap(([name, value]): Fault[] => {
    const fault = (msg: string): Fault[] => [{ loc: ['credentials', name], msg, type: 'value_error' }];
    if (!known.includes(name)) return fault(`This channel has the credentials ${known.join(', ') || 'none'}`);
    return typeof value === 'string' && value !== '' && value.length <= VALUE_MAX
      ? []
      : fault(`Send a text of at most ${VALUE_MAX} characters`);
  });
  if (faults.length) throw InvalidInput(faults);
  return sent as Credentials;
}

function assertComplete({ credentials: { required } }: Adapter, credentials: Credentials, asToken: boolean): void {
  const missing = required.filter((name) => credentials[name] === undefined);
  if (missing.length)
    throw InvalidInput(
      missing.map((name) => ({ loc: placeOf(name, asToken || name === 'token'), msg: 'Field required', type: 'missing' })),
    );
}

async function identify(adapter: Adapter, credentials: Credentials, asToken: boolean) {
  try {
    return await adapter.identify(credentials, AbortSignal.timeout(IDENTIFY_MS));
  } catch (error) {
    if (!(error instanceof Refused) || error.retryAfterMs !== undefined)
      throw VendorUnreachable(error instanceof Error ? error.message : undefined);
    const [first = ''] = adapter.credentials.required;
    throw InvalidInput([{ loc: placeOf(first, asToken), msg: error.message, type: 'value_error' }]);
  }
}
