import { Empty, WebhookAnswer } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem, TooLarge } from '../problem.js';

/** The networks on which agents are reached. */
export const CHANNEL_NAMES = ['telegram', 'whatsapp', 'slack', 'discord', 'web'] as const;
/** `coach`: WhatsApp at the number of the installation, which no one sets up. */
export type ChannelName = (typeof CHANNEL_NAMES)[number] | 'coach';
/** Which contacts a bot answers in direct chats. */
export const DM_POLICIES = ['open', 'pairing', 'allowlist'] as const;
export type DmPolicy = (typeof DM_POLICIES)[number];
/** Bytes of a request of a chat network. */
export const VENDOR_REQUEST_MAX = 1_000_000;
const ALLOW_MAX = 1_000;

export const bridgeDocs = {
  channel: { description: 'Name of the channel.', example: 'telegram' },
  display_name: { description: 'Its name for people.', example: 'Telegram' },
  configured: { description: 'Whether you have set it up.', example: true },
  enabled: { description: 'Whether it may run.', example: true },
  running: { description: 'Whether messages are taken and answered.', example: true },
  healthy: { description: 'Whether it runs without an error.', example: true },
  credentials: {
    description: 'The credentials of your bot, by the names that the network uses. Those that are left out stay.',
    example: { token: '12345:AAF-4f9a' },
  },
  token: { description: 'The same as `credentials.token`, such as the token of a bot at Telegram.', example: '12345:AAF-4f9a' },
  dm_policy: {
    description:
      'Whom the agent answers in direct chats: everyone (`open`), those whose code you have verified (`pairing`), or those of `allow` (`allowlist`).',
    example: 'pairing',
  },
  allow: {
    description:
      'Ids of the contacts who are answered as you would be: with your tools and what the agent knows of you; `*` for everyone. Verified codes add theirs.',
    example: ['5001'],
  },
  mention_required: { description: 'Whether messages in groups are answered only if they name the bot or answer it.', example: true },
  agent_id: { description: 'The agent that answers; null for your default.', example: 'researcher' },
  receive_url: {
    description: 'Where the network delivers, if it delivers by requests. Its last part is a secret; null for other networks.',
    example: '/api/channels/receive/4f9a0c51d2e84b6f9c7a1b3d5e7f9012',
  },
  error: { description: 'What is wrong; null if nothing is.', example: 'Unauthorized' },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies a channel.')
export class BridgeRef {
  @Text({ max: 50, ...bridgeDocs.channel }) channel!: string;
}

@Shape('A channel as you set it up. Fields that are left out stay, or get their default the first time.')
export class SetUpBridge extends BridgeRef {
  @Optional() @Text({ min: 1, max: 4_000, ...bridgeDocs.token }) token?: string;
  @Optional() @Json(bridgeDocs.credentials) credentials?: Record<string, unknown>;
  @Optional() @OneOf(DM_POLICIES, bridgeDocs.dm_policy) dm_policy?: DmPolicy;
  @Optional() @List('text', { max: ALLOW_MAX, ...bridgeDocs.allow }) allow?: string[];
  @Optional() @Bool(bridgeDocs.mention_required) mention_required?: boolean;
  @Optional() @Text({ max: 100, description: 'The agent that answers; empty for your default.', example: 'researcher' }) agent_id?: string;
  @Optional() @Bool({ description: 'Whether it runs from now on.', example: true }) enabled?: boolean;
}

@Shape('A channel of yours. Credentials are not shown.')
export class Bridge {
  @Text(bridgeDocs.channel) channel!: string;
  @Text(bridgeDocs.display_name) display_name!: string;
  @Bool(bridgeDocs.enabled) enabled!: boolean;
  @Bool(bridgeDocs.running) running!: boolean;
  @Bool(bridgeDocs.healthy) healthy!: boolean;
  @Text({ description: 'Id of the bot in its network.', example: '77' }) bot_id!: string;
  @Text({ description: 'Name of the bot in its network.', example: 'bee_bot' }) bot_name!: string;
  @List('text', { description: 'Names of the credentials that are set.', example: ['token'] }) credentials!: string[];
  @OneOf(DM_POLICIES, bridgeDocs.dm_policy) dm_policy!: DmPolicy;
  @List('text', bridgeDocs.allow) allow!: string[];
  @Bool(bridgeDocs.mention_required) mention_required!: boolean;
  @Nullable() @Text(bridgeDocs.agent_id) agent_id!: string | null;
  @Nullable() @Text(bridgeDocs.receive_url) receive_url!: string | null;
}

@Shape('A channel, in short.')
export class ListedBridge {
  @Text(bridgeDocs.channel) name!: string;
  @Text(bridgeDocs.display_name) display_name!: string;
  @Bool(bridgeDocs.configured) configured!: boolean;
  @Bool(bridgeDocs.enabled) enabled!: boolean;
  @Bool(bridgeDocs.running) running!: boolean;
  @Bool(bridgeDocs.healthy) healthy!: boolean;
  @Int({ description: 'Messages in both directions.', example: 12 }) message_count!: number;
}

const state = {
  start: { description: 'When it was started last.', example: '2026-06-21T09:30:00Z' },
  stop: { description: 'When it was stopped last.' },
  inbound: { description: 'When the last message came.' },
  outbound: { description: 'When the last message was sent.' },
} satisfies Record<string, FieldDocs>;

@Shape('The state of a channel.')
export class BridgeState {
  @Text(bridgeDocs.channel) channel!: string;
  @Bool(bridgeDocs.configured) configured!: boolean;
  @Bool(bridgeDocs.healthy) healthy!: boolean;
  @Bool(bridgeDocs.running) running!: boolean;
  @Nullable() @Instant(state.start) last_start!: Date | null;
  @Nullable() @Instant(state.stop) last_stop!: Date | null;
  @Nullable() @Text(bridgeDocs.error) last_error!: string | null;
  @Nullable() @Instant(state.inbound) last_inbound!: Date | null;
  @Nullable() @Instant(state.outbound) last_outbound!: Date | null;
  @Int({ description: 'Messages that came.', example: 7 }) message_count_in!: number;
  @Int({ description: 'Messages that were sent.', example: 5 }) message_count_out!: number;
}

@Shape('All channels, also those that you have not set up.')
export class BridgeList {
  @List(() => ListedBridge, { description: 'Each channel, in short.' }) channels!: ListedBridge[];
  @Json({ bytes: Infinity, description: 'A `BridgeState` for each channel, by its name.' }) status!: Record<string, BridgeState>;
}

@Shape('Whether a channel works.')
export class BridgeHealth {
  @Text(bridgeDocs.channel) channel!: string;
  @Bool(bridgeDocs.healthy) healthy!: boolean;
  @Nullable() @Text(bridgeDocs.error) error!: string | null;
}

@Shape('What has become of a channel.')
export class BridgeChanged {
  @OneOf(['started', 'stopped', 'deleted'], { description: 'What was done.', example: 'started' }) status!:
    'started' | 'stopped' | 'deleted';
  @Text(bridgeDocs.channel) channel!: string;
}

@Shape('A request of a chat network, as it came.')
export class ReceiveFromVendor {
  @Text({ max: 200, description: 'Last part of the address.', example: '4f9a0c51d2e84b6f9c7a1b3d5e7f9012' }) slug!: string;
  @OneOf(['GET', 'POST'], { description: 'Its method.', example: 'POST' }) method: 'GET' | 'POST' = 'POST';
  @Json({ bytes: 128 * 1024, description: 'Headers by name, in lower case.' }) headers: Record<string, string> = {};
  @Json({ bytes: 128 * 1024, description: 'Parameters of the query by name.' }) query: Record<string, string> = {};
  @Text({ max: 1_400_000, description: 'The body in base64.' }) body: string = '';
}

export const BridgeNotFound = problem('channel_not_found', 404, 'Channel not found.');
export const VendorUnreachable = problem('channel_unreachable', 502, 'The chat network could not be asked.');
export const BridgeStopped = problem('channel_stopped', 403, 'This channel is stopped.');
export const InvalidVendorSignature = problem('invalid_channel_signature', 401, 'The request is not signed by the chat network.');

const SCOPE = 'agent:use';
const problems = [BridgeNotFound];

export const bridgeMembers = {
  setUpBridge: operation('Set up a channel', {
    description: 'Asks the network whose the credentials are. With `enabled` it runs from then on.',
    input: SetUpBridge,
    output: Bridge,
    problems: [BridgeNotFound, VendorUnreachable],
    spansCalls: true,
    scope: SCOPE,
  }),
  getBridge: operation('Read a channel', {
    description: 'Credentials are not shown.',
    input: BridgeRef,
    output: Bridge,
    problems,
    scope: SCOPE,
  }),
  deleteBridge: operation('Forget a channel', {
    description: 'Its credentials, sessions and messages are deleted.',
    input: BridgeRef,
    output: BridgeChanged,
    problems,
    scope: SCOPE,
  }),
  listBridges: operation('List the channels', {
    description: 'Also those that you have not set up: `configured` says so.',
    input: Empty,
    output: BridgeList,
    scope: SCOPE,
  }),
  getBridgeHealth: operation('Check a channel', {
    description: 'Of a channel that does not exist it says so.',
    input: BridgeRef,
    output: BridgeHealth,
    scope: SCOPE,
  }),
  startBridge: operation('Start a channel', {
    description: 'Messages that came meanwhile are taken, as far as the network has kept them.',
    input: BridgeRef,
    output: BridgeChanged,
    problems,
    scope: SCOPE,
  }),
  stopBridge: operation('Stop a channel', {
    description: 'No more messages are taken. Answers to those that were are still sent.',
    input: BridgeRef,
    output: BridgeChanged,
    problems,
    scope: SCOPE,
  }),
  receiveFromVendor: operation('Receive from a chat network', {
    description:
      'Where a network delivers messages, and checks the address. It answers what the network expects once the messages are stored.',
    input: ReceiveFromVendor,
    output: WebhookAnswer,
    problems: [BridgeNotFound, BridgeStopped, InvalidVendorSignature, TooLarge],
    spansCalls: true,
  }),
};
