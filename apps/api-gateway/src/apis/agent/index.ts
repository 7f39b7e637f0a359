import { api } from '../../api.js';
import { accessToken } from '../../auth/access-tokens.js';
import { apiKey, bearerApiKey } from '../../auth/api-keys.js';
import { extensionToken } from '../../auth/extension-tokens.js';
import { serviceToken } from '../../auth/service-tokens.js';
import { agentRoutes } from './agents.js';
import { authRoutes } from './auth.js';
import { automationRoutes } from './automations.js';
import { channelRoutes } from './channels.js';
import { chatRoutes } from './chat.js';
import { configurationRoutes } from './configuration.js';
import { controllers } from './controllers.js';
import { conversationRoutes } from './conversations.js';
import { agentErrors } from './errors.js';
import { memoryRoutes } from './memory.js';
import { modelRoutes } from './models.js';
import { nodeRoutes } from './nodes.js';
import { nodeSocketRoutes } from './node-socket.js';
import { openAiRoutes } from './openai.js';
import { pluginRoutes } from './plugins.js';
import { skillRoutes } from './skills.js';
import { socketRoutes } from './socket.js';

/** The API of the agent gateway. */
export const agent = api({
  name: 'agent',
  info: {
    title: 'Skep, agents',
    summary: 'Agents that use tools, for many people.',
    description: [
      'Chat with agents that use your installed apps, your memory and the web, within your budget.',
      'Each path also answers with a slash at its end. Tokens of `/v1` work here, and those of `/api/auth/login` work there.',
      'Errors are problems (RFC 9457); the `detail` of invalid input is a list of faults, and text otherwise.',
    ].join('\n\n'),
  },
  tags: {
    auth: 'Sign in.',
    agent: 'Conversations, agents and their tools.',
    automation: 'What runs by itself: jobs at set times, rules, the queue, and webhooks.',
    channels: 'Chats on other networks, and who is answered there.',
    models: 'Language models: their providers, and what was used.',
    nodes: 'Paired devices, and the commands that run on them.',
    gateway: 'The state of the gateway.',
  },
  errors: agentErrors,
  auth: [bearerApiKey, extensionToken, serviceToken, accessToken, apiKey],
  takesSessions: true,
  eitherSlash: true,
  routes: [
    ...authRoutes,
    ...conversationRoutes,
    ...chatRoutes,
    ...agentRoutes,
    ...automationRoutes,
    ...channelRoutes,
    ...configurationRoutes,
    ...memoryRoutes,
    ...modelRoutes,
    ...openAiRoutes,
    ...pluginRoutes,
    ...skillRoutes,
    ...socketRoutes,
    ...nodeRoutes,
    ...nodeSocketRoutes,
  ],
  controllers,
});
