import { ChannelActivity, channels, VENDOR_REQUEST_MAX, WIDGET_REQUEST_MAX } from '@skep/contracts/channels';
import { activityExchange } from '../../exchange/activity-exchange.js';
import { vendorRequestExchange } from '../../exchange/vendor-request-exchange.js';
import { widgetExchange, widgetStreamExchange } from '../../exchange/widget-exchange.js';
import { open } from '../../route.js';
import { del, get, post, put, routeBuilder } from '../../table.js';
import { person } from './access.js';

const RECEIVE = '/api/channels/receive/{slug}';
const vendor = vendorRequestExchange(VENDOR_REQUEST_MAX);
const PER_MINUTE = 600;
const WIDGET = '/api/channels/web/{slug}';
/** Requests of pages, whose visitors have no account. */
const ofPage = { headers: { origin: 'origin' }, perMinute: 60 };

export const channelRoutes = [
  get('/api/channels', channels.listBridges, person),
  routeBuilder('GET', activityExchange(ChannelActivity))('/api/channels/events', channels.followChannels, person, { tokenIn: 'token' }),
  get('/api/channels/inbox', channels.listInbox, person),
  post('/api/channels/inbox/read', channels.markInboxRead, person, { query: ['session_id'] }),
  post('/api/channels/inbox/reply', channels.replyInInbox, person),
  get('/api/channels/inbox/{message_id}', channels.getInboxMessage, person),
  post('/api/channels/inbox/{message_id}/read', channels.markInboxMessageRead, person),
  get('/api/channels/sessions', channels.listChatSessions, person),
  get('/api/channels/sessions/{session_id}', channels.getChatSession, person),
  del('/api/channels/sessions/{session_id}', channels.archiveChatSession, person),
  routeBuilder('GET', vendor)(RECEIVE, channels.receiveFromVendor, open(), { id: 'checkReceiveAddress', perMinute: PER_MINUTE }),
  routeBuilder('POST', vendor)(RECEIVE, channels.receiveFromVendor, open(), { perMinute: PER_MINUTE }),
  routeBuilder('POST', widgetExchange(WIDGET_REQUEST_MAX))(`${WIDGET}/messages`, channels.sayAsVisitor, open(), ofPage),
  routeBuilder('POST', widgetStreamExchange(WIDGET_REQUEST_MAX))(`${WIDGET}/events`, channels.followAsVisitor, open(), ofPage),
  get('/api/channels/{channel}', channels.getBridge, person),
  put('/api/channels/{channel}', channels.setUpBridge, person),
  del('/api/channels/{channel}', channels.deleteBridge, person),
  get('/api/channels/{channel}/health', channels.getBridgeHealth, person),
  post('/api/channels/{channel}/start', channels.startBridge, person),
  post('/api/channels/{channel}/stop', channels.stopBridge, person),
  post('/api/pairing/verify', channels.verifyPairingCode, person),
  get('/api/pairing/pending', channels.listPairingCodes, person),
  del('/api/pairing/{code}', channels.revokePairingCode, person),
];
