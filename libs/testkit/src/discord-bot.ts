import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { startDiscordGateway, type DiscordGatewayStub } from './discord-gateway.js';
import { startVendor, type VendorAnswer, type VendorMood, type VendorRequestIn, type VendorRequestOut } from './vendor-stub.js';

/** Discord on loopback, with one bot: its HTTP API, signed interactions, and the gateway. */
export interface DiscordBot {
  url: string;
  credentials: Record<'bot_token' | 'public_key', string>;
  id: string;
  mood: VendorMood | undefined;
  /** What it was sent, also what it did not take well. `to` is `channel:ID` or `interaction:TOKEN`. */
  sent: { id: string; to: string; content: string; reply_to: string | undefined; mentions: unknown }[];
  /** Tokens of interactions that are not valid any more. */
  expired: Set<string>;
  /** Interactions that were answered over HTTP: the type of the answer by the id of the interaction. */
  callbacks: Map<string, unknown>;
  gateway: DiscordGatewayStub;
  /** A message of a person to the bot in Discord's form, a direct one; `more` replaces fields. */
  message(content: string, more?: object): { id: string };
  /** A slash command with one option in Discord's form; `more` replaces fields. */
  command(text: string, more?: object): { id: string; token: string };
  /** The signed request that brings an interaction. */
  request(interaction: object): VendorRequestOut;
  /** Signs a body, at a time in seconds. */
  sign(body: string, at?: number): VendorRequestOut;
  close(): Promise<void>;
}

const EPOCH_MS = 1_420_070_400_000;
const errorOf = (status: number, code: number, message: string): VendorAnswer => ({ status, json: { code, message } });
const MOODS = {
  limited: {
    status: 429,
    headers: { 'retry-after': '2' },
    json: { message: 'You are being rate limited.', retry_after: 1.25, global: false },
  },
  failing: errorOf(502, 0, 'Bad Gateway'),
  refusing: errorOf(403, 50_001, 'Missing Access'),
  silent: undefined,
};

export async function startDiscordBot(): Promise<DiscordBot> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const public_key = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
  const credentials = { bot_token: 'MTk4.bot-1', public_key };
  let count = 0;
  /** An id that was made now, as all ids of Discord say when they were. */
  const idOfNow = () => String((BigInt(Date.now() - EPOCH_MS) << 22n) + BigInt(++count));
  const answer = ({ method, path, authorization, json }: VendorRequestIn): VendorAnswer | undefined => {
    const [, callback] = /^\/interactions\/(\d+)\/[\w-]+\/callback$/.exec(path) ?? [];
    if (callback) {
      bot.callbacks.set(callback, json['type']);
      return { json: {} };
    }
    const [, interaction] = /^\/webhooks\/\d+\/([\w-]+)$/.exec(path) ?? [];
    if (interaction && bot.expired.has(interaction)) return errorOf(401, 50_027, 'Invalid Webhook Token');
    if (!interaction && authorization !== `Bot ${credentials.bot_token}`) return errorOf(401, 0, '401: Unauthorized');
    if (path === '/users/@me') return { json: { id: bot.id, username: 'bee', bot: true } };
    if (path === '/gateway/bot') return { json: { url: bot.gateway.url, shards: 1, session_start_limit: { remaining: 1_000 } } };
    const [, channel] = /^\/channels\/(\d+)\/messages$/.exec(path) ?? [];
    if (method !== 'POST' || !(channel ?? interaction)) return errorOf(404, 0, '404: Not Found');
    const { content, message_reference, allowed_mentions } = json as {
      content: string;
      message_reference?: { message_id: string };
    } & typeof json;
    const to = channel ? `channel:${channel}` : `interaction:${interaction}`;
    const sent = { id: idOfNow(), to, content, reply_to: message_reference?.message_id, mentions: allowed_mentions };
    bot.sent.push(sent);
    return bot.mood ? MOODS[bot.mood] : { json: { id: sent.id, content } };
  };
  const { url, server, close } = await startVendor(answer);
  const user = { id: '301', username: 'gus', global_name: 'Gus' };
  const bot: DiscordBot = {
    ...{ url, credentials, id: '900', mood: undefined, sent: [], expired: new Set(), callbacks: new Map() },
    gateway: startDiscordGateway(server, url.replace('http', 'ws'), () => ({ token: credentials.bot_token, bot: bot.id })),
    message: (content, more) => ({ id: idOfNow(), channel_id: '201', author: user, content, mentions: [], type: 0, ...more }),
    command: (text, more) => ({
      ...{ id: idOfNow(), application_id: '800', type: 2, token: randomUUID(), version: 1, channel_id: '201', user },
      data: { id: '700', name: 'ask', type: 1, options: [{ name: 'text', type: 3, value: text }] },
      ...more,
    }),
    request: (interaction) => bot.sign(JSON.stringify(interaction)),
    sign: (body, at = Math.floor(Date.now() / 1_000)) => {
      const signature = sign(null, Buffer.from(`${at}${body}`), privateKey).toString('hex');
      const headers = { 'content-type': 'application/json', 'x-signature-ed25519': signature, 'x-signature-timestamp': String(at) };
      return { method: 'POST', headers, query: {}, body: Buffer.from(body) };
    },
    close: () => {
      bot.gateway.close();
      return close();
    },
  };
  return bot;
}
