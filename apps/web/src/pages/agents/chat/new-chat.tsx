import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { agentApi, dataOf } from '../../../data/api.js';
import { openEvents } from '../../../data/event-source.js';
import { m } from '../../../messages/index.js';
import { Page } from '../../../ui/layout.js';
import { DEFAULT_AGENT } from '../queries.js';
import { Composer } from './composer.js';
import { ConversationList } from './conversation-list.js';
import { chatPath, useRequestKey } from './use-turn.js';

/** Where a conversation begins, with those that were begun before. */
export function NewChat() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [agentId, setAgentId] = useState(DEFAULT_AGENT);
  /** One that was created, but to which nothing could be said yet. */
  const created = useRef<string>(undefined);
  const keys = useRequestKey();
  const send = async (content: string) => {
    created.current ??= (await dataOf(agentApi.POST('/api/conversations', { body: { metadata: { agent_id: agentId } } }))).id;
    const controller = new AbortController();
    const body = { content, agent_id: agentId };
    await openEvents(chatPath(created.current), { body, key: keys.of(content), signal: controller.signal });
    // The turn goes on, and is read by the page of the conversation.
    controller.abort();
    await queries.invalidateQueries({ queryKey: ['conversations'] });
    await navigate({ to: '/chat/$conversationId', params: { conversationId: created.current } });
  };
  return (
    <Page title={m.chat.title} lead={m.chat.lead}>
      <Composer agentId={agentId} onAgent={setAgentId} onSend={send} wantsFocus />
      <ConversationList />
    </Page>
  );
}
