import { channels, HEYLO_REQUEST_MAX, META_REQUEST_MAX } from '@skep/contracts/channels';
import { vendorRequestExchange } from '../../exchange/vendor-request-exchange.js';
import { open, service } from '../../route.js';
import { del, get, outcome, post, routeBuilder } from '../../table.js';
import { person } from './access.js';

const META = '/whatsapp_webhooks';
const meta = vendorRequestExchange(META_REQUEST_MAX);
/** A network delivers much, and again what is not taken. */
const ofNetwork = { perMinute: 3_000, timeoutMs: 20_000 };
const confirm = outcome({ statuses: { 201: { when: ({ created }) => created === true, description: 'The link is new.' } } });
/** Guesses at codes. */
const guesses = { failuresPerMinute: 30 };

export const channelRoutes = [
  routeBuilder('GET', meta)(META, channels.receiveFromWhatsApp, open(), { id: 'checkWhatsAppAddress', ...ofNetwork }),
  routeBuilder('POST', meta)(META, channels.receiveFromWhatsApp, open(), ofNetwork),
  routeBuilder('POST', vendorRequestExchange(HEYLO_REQUEST_MAX))('/heylo_webhooks', channels.receiveFromHeylo, open(), ofNetwork),
  confirm.post('/channel_associations', channels.confirmLink, person, guesses),
  confirm.post('/whatsapp_associations', channels.confirmLink, person, { id: 'confirmWhatsAppLink', ...guesses }),
  get('/channel_associations', channels.listLinks, person),
  post('/channel_associations/link-codes', channels.makeLinkCode, person, { perMinute: 30 }),
  del('/channel_associations/{link_id}', channels.deleteLink, person, { status: 204 }),
  post('/channels/message-references', channels.confirmReferences, service(), { list: 'references' }),
];
