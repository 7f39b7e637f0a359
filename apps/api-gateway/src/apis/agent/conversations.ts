import { agent } from '@skep/contracts/agent';
import { documentExchangeOf } from '../../exchange/document-exchange.js';
import { open } from '../../route.js';
import { del, get, patch, post, put, routeBuilder } from '../../table.js';
import { person } from './access.js';

const exported = routeBuilder('GET', documentExchangeOf('application/json', 'text/markdown'));

export const conversationRoutes = [
  post('/api/conversations', agent.createConversation, person, { status: 201 }),
  get('/api/conversations', agent.listConversations, person),
  get('/api/conversations/{conversation_id}', agent.getConversation, person),
  patch('/api/conversations/{conversation_id}', agent.updateConversation, person),
  del('/api/conversations/{conversation_id}', agent.deleteConversation, person, { status: 204 }),
  post('/api/conversations/{conversation_id}/messages', agent.addMessage, person, { status: 201 }),
  get('/api/conversations/{conversation_id}/messages', agent.listMessages, person),
  get('/api/conversations/{conversation_id}/versions', agent.listVersions, person),
  put('/api/conversations/{conversation_id}/branch', agent.selectBranch, person),
  exported('/api/conversations/{conversation_id}/export', agent.exportConversation, person, { perMinute: 60 }),
  post('/api/conversations/{conversation_id}/share', agent.shareConversation, person),
  del('/api/conversations/{conversation_id}/share', agent.unshareConversation, person),
  get('/api/shared/{token}', agent.readSharedConversation, open(), { perMinute: 60 }),
];
