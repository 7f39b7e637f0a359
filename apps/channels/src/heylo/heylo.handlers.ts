import { type Fault, InvalidInput, NotConfigured, type WebhookAnswer } from '@skep/contracts';
import { channels, InvalidVendorSignature, type ReceivedRequest } from '@skep/contracts/channels';
import { type Ctx, Database, Handle, Handlers, statement } from '@skep/platform';
import { parseBody, textAt } from '../bridge/adapters/vendor-json.js';
import { secretsOf } from '../bridge/adapters/coach.js';
import { ChannelsConfig } from '../channels.config.js';
import { HeyloEventEntity } from './heylo-event.entity.js';
import { isFromHeylo } from './heylo-signature.js';

const ID_MAX = 200;
const ADD = statement('insert into heylo_event (id, type, content) values (:id, :type, :content) on conflict (id) do nothing');

/** Events of Heylo. They are stored, whatever their type. */
@Handlers()
export class HeyloHandlers {
  constructor(
    private readonly db: Database,
    private readonly config: ChannelsConfig,
  ) {}

  @Handle(channels.receiveFromHeylo)
  async receiveFromHeylo(_: Ctx, { headers, body: base64 }: ReceivedRequest): Promise<WebhookAnswer> {
    const { HEYLO_WEBHOOK_SECRET: secret, HEYLO_WEBHOOK_SIGNATURE_MODE: mode, HEYLO_WEBHOOK_SIGNATURE_HEADER: header } = this.config;
    if (!secret) throw NotConfigured('Heylo needs the setting HEYLO_WEBHOOK_SECRET.');
    const body = Buffer.from(base64, 'base64');
    if (!secretsOf(secret).some((each) => isFromHeylo(mode, each, header.toLowerCase(), headers, body))) throw InvalidVendorSignature();
    const event = parseBody(body);
    const row = { id: requireText(event, 'id'), type: requireText(event, 'type'), content: JSON.stringify(event) };
    await this.db.rows(ADD, await this.db.sealed(HeyloEventEntity, row));
    return { status_code: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  }
}

/** @throws Problem `invalid_input` */
function requireText(event: Record<string, unknown>, name: string): string {
  const text = textAt(event, name);
  const fault: Fault = { loc: [name], msg: `Send a text of 1 to ${ID_MAX} characters`, type: 'value_error' };
  if (!text || text.length > ID_MAX || text.includes('\0') || !text.isWellFormed()) throw InvalidInput([fault]);
  return text;
}
