import { createHmac, randomUUID } from 'node:crypto';
import { startVendor, type VendorAnswer, type VendorMood, type VendorRequestIn, type VendorRequestOut } from './vendor-stub.js';

/** Meta's Graph API on loopback, with one number of WhatsApp. */
export interface WhatsAppCloud {
  url: string;
  credentials: Record<'access_token' | 'phone_number_id' | 'app_secret' | 'verify_token', string>;
  mood: VendorMood | undefined;
  /** What it was sent, also what it did not take well. */
  sent: { id: string; to: string; text: string; reply_to: string | undefined; preview: unknown }[];
  /** A message in Meta's form. */
  message(from: string, text: string, more?: object): object;
  /** A status of a message in Meta's form. */
  status(id: string, status: string, more?: object): object;
  /** The signed request that brings messages and statuses, all of one number. */
  request(messages: object[], statuses?: object[], number?: string): VendorRequestOut;
  /** Signs a body. */
  sign(body: string): VendorRequestOut;
  /** The request with which Meta makes sure of an address. */
  verification(verify_token: string): VendorRequestOut;
  close(): Promise<void>;
}

export const WHATSAPP_CHALLENGE = '1158201444';

const errorOf = (status: number, code: number, message: string): VendorAnswer => ({
  status,
  json: { error: { message: `(#${code}) ${message}`, type: 'OAuthException', code } },
});
const MOODS = {
  limited: errorOf(400, 131056, '(Business Account, Consumer Account) pair rate limit hit'),
  failing: errorOf(500, 131000, 'Something went wrong'),
  refusing: errorOf(400, 131047, 'Re-engagement message'),
  silent: undefined,
};

export async function startWhatsAppCloud(): Promise<WhatsAppCloud> {
  const credentials = { access_token: 'EAAG-1', phone_number_id: '106540352242922', app_secret: 'app-secret-1', verify_token: 'verify-1' };
  const answer = ({ method, path, authorization, json }: VendorRequestIn): VendorAnswer | undefined => {
    if (authorization !== `Bearer ${credentials.access_token}`) return errorOf(401, 190, 'Invalid OAuth access token');
    const { phone_number_id: id } = credentials;
    if (method === 'GET' && path.startsWith(`/${id}?`))
      return { json: { id, verified_name: 'Ada’s Bees', display_phone_number: '+1 555-078-3881' } };
    if (method !== 'POST' || path !== `/${id}/messages`) return errorOf(400, 100, 'Unsupported request');
    const { text, context, to } = json as { text: { body: string; preview_url: unknown }; context?: { message_id: string }; to: string };
    const sent = { id: `wamid.${randomUUID()}`, to, text: text.body, reply_to: context?.message_id, preview: text.preview_url };
    cloud.sent.push(sent);
    if (cloud.mood) return MOODS[cloud.mood];
    return { json: { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id: sent.id }] } };
  };
  const { url, close } = await startVendor(answer);
  const nameOf = (from: string) => ({ wa_id: from, profile: { name: `Person ${from}` } });
  const cloud: WhatsAppCloud = {
    ...{ url, credentials, mood: undefined, sent: [], close },
    message: (from, body, more) => ({ id: `wamid.${randomUUID()}`, from, timestamp: '1700000000', type: 'text', text: { body }, ...more }),
    status: (id, status, more) => ({ id, status, timestamp: '1700000000', recipient_id: '15550001', ...more }),
    request: (messages, statuses = [], phone_number_id = credentials.phone_number_id) => {
      const contacts = messages.map((message) => nameOf((message as { from: string }).from));
      const metadata = { display_phone_number: '15550783881', phone_number_id };
      // One change each, as Meta may gather them.
      const changes = [{ messages, contacts }, ...(statuses.length ? [{ statuses }] : [])].map((said) => ({
        field: 'messages',
        value: { messaging_product: 'whatsapp', metadata, ...said },
      }));
      return cloud.sign(JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] }));
    },
    sign: (body) => {
      const signature = `sha256=${createHmac('sha256', credentials.app_secret).update(body).digest('hex')}`;
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
      return { method: 'POST', headers, query: {}, body: Buffer.from(body) };
    },
    verification: (verify_token) => {
      const query = { 'hub.mode': 'subscribe', 'hub.verify_token': verify_token, 'hub.challenge': WHATSAPP_CHALLENGE };
      return { method: 'GET', headers: {}, query, body: Buffer.alloc(0) };
    },
  };
  return cloud;
}
