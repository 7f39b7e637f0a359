import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

// Lazy modules: chats, which everyone opens, and what is set up once.
const chat = () => import('../pages/agents/chat/index.js');
const agents = () => import('../pages/agents/index.js');

const search = (query: Record<string, unknown>): { q?: string } => ({ q: text(query['q']) });
const period = ({ days }: Record<string, unknown>): { days?: number } => ({
  days: typeof days === 'number' && days >= 1 && days <= 365 ? Math.floor(days) : undefined,
});

/** For who works with agents. */
export const agentRoutes = [
  createRoute({ ...page, path: '/chat', component: lazyRouteComponent(chat, 'NewChat') }),
  createRoute({ ...page, path: '/chat/$conversationId', component: lazyRouteComponent(chat, 'ConversationPage') }),
  createRoute({ ...page, path: '/agents', component: lazyRouteComponent(agents, 'Agents') }),
  createRoute({ ...page, path: '/agents/new', component: lazyRouteComponent(agents, 'NewAgent') }),
  createRoute({ ...page, path: '/agents/$agentId', component: lazyRouteComponent(agents, 'AgentPage') }),
  createRoute({ ...page, path: '/memory', component: lazyRouteComponent(agents, 'Memory'), validateSearch: search }),
  createRoute({ ...page, path: '/skills', component: lazyRouteComponent(agents, 'Skills'), validateSearch: search }),
  createRoute({ ...page, path: '/channels', component: lazyRouteComponent(agents, 'Channels') }),
  createRoute({ ...page, path: '/channels/$channel', component: lazyRouteComponent(agents, 'ChannelPage') }),
  createRoute({ ...page, path: '/devices', component: lazyRouteComponent(agents, 'Devices') }),
  createRoute({ ...page, path: '/jobs', component: lazyRouteComponent(agents, 'Jobs') }),
  createRoute({ ...page, path: '/jobs/$jobId', component: lazyRouteComponent(agents, 'JobPage') }),
  createRoute({ ...page, path: '/webhooks', component: lazyRouteComponent(agents, 'Webhooks') }),
  createRoute({ ...page, path: '/models', component: lazyRouteComponent(agents, 'Models') }),
  createRoute({ ...page, path: '/usage', component: lazyRouteComponent(agents, 'Usage'), validateSearch: period }),
] as const;
