import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../../data/api.js';
import { m } from '../../../messages/index.js';
import { Button, Spinner } from '../../../ui/button.js';
import { Page } from '../../../ui/layout.js';
import { agentsQuery, conversationQuery, DEFAULT_AGENT, versionsQuery } from '../queries.js';
import { Advice } from './advice.js';
import { Announcements } from './announcements.js';
import { Answer } from './answer.js';
import { Composer } from './composer.js';
import { ConversationActions } from './conversation-actions.js';
import { ChatFrame } from './frame.js';
import { Message, type MessageActions } from './message.js';
import { useFollowEnd } from './use-follow-end.js';
import { type Beginning, useTurn } from './use-turn.js';

export function ConversationPage() {
  const { conversationId } = useParams({ strict: false }) as { conversationId: string };
  return <Conversation key={conversationId} id={conversationId} />;
}

const NONE: readonly AgentShapes['ChatMessage'][] = [];
/** Versions of a message have the same place. */
const placeOf = ({ parent_id, role }: AgentShapes['ChatMessage']) => `${role} ${parent_id}`;

function Conversation({ id }: { id: string }) {
  const queries = useQueryClient();
  const { data: conversation } = useSuspenseQuery(conversationQuery(id));
  const { data: versions } = useQuery(versionsQuery(id));
  const { data: agents = [] } = useQuery(agentsQuery);
  const { messages, metadata } = conversation;
  const { turn, begin } = useTurn(id, (messageId) => messages.some((message) => message.id === messageId));
  const isRunning = turn !== undefined && !turn.isOver;
  const showsTurn = turn && !messages.some((message) => message.id === turn.messageId) && (isRunning || turn.failure !== undefined);
  const agentId = typeof metadata['agent_id'] === 'string' ? metadata['agent_id'] : DEFAULT_AGENT;
  const change = useMutation({
    mutationFn: (agent_id: string) =>
      dataOf(
        agentApi.PATCH('/api/conversations/{conversation_id}', {
          params: { path: { conversation_id: id } },
          body: { metadata: { ...metadata, agent_id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations'] }),
  });
  const chosen = change.variables ?? agentId;
  const agent = agents.find((one) => one.id === chosen);
  const nameOf = (one: string | null) => agents.find((known) => known.id === one)?.name ?? m.chat.assistant;
  const versionsOf = useMemo(() => Map.groupBy(versions ?? NONE, placeOf), [versions]);
  const content = useRef<HTMLDivElement>(null);
  const [isAway, toEnd] = useFollowEnd(content);

  const start = async (how: Beginning['how'], body: Beginning['body']) => {
    await begin({ how, body: { ...body, agent_id: chosen } });
    if (how === 'stream') toEnd();
  };
  const select = useMutation({
    mutationFn: (message_id: string) =>
      dataOf(
        agentApi.PUT('/api/conversations/{conversation_id}/branch', { params: { path: { conversation_id: id } }, body: { message_id } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations'] }),
  });
  const stop = () => dataOf(agentApi.POST('/api/chat/{conversation_id}/cancel', { params: { path: { conversation_id: id } } }));
  const latest = useRef(start);
  useEffect(() => void (latest.current = start));
  const actions = useMemo<MessageActions>(
    () => ({
      edit: ({ id: message_id }, said) => latest.current('edit', { message_id, content: said }),
      regenerate: ({ id: message_id }) => latest.current('regenerate', { message_id }).catch(() => undefined),
      select: (message_id) => select.mutate(message_id),
    }),
    [select.mutate],
  );
  const title = conversation.title ?? m.chat.untitled;
  return (
    <ChatFrame current={id}>
      <Page title={title} actions={<ConversationActions conversation={conversation} />}>
        <div ref={content} className="grid grid-cols-[minmax(0,1fr)] gap-6">
          {messages.map((message) => (
            <Message
              key={message.id}
              message={message}
              versions={versionsOf.get(placeOf(message)) ?? NONE}
              name={message.role === 'user' ? m.chat.you : nameOf(message.agent_id)}
              actions={isRunning ? undefined : actions}
            />
          ))}
          {showsTurn && (
            <article aria-label={agent?.name ?? m.chat.assistant} className="grid grid-cols-[minmax(0,1fr)] gap-3">
              <h2 className="sr-only">{agent?.name ?? m.chat.assistant}</h2>
              <Answer parts={turn.parts} approving={{ conversationId: id, agent }} />
              {isRunning && (
                <p className="flex items-center gap-2.5 text-sm text-muted">
                  <Spinner />
                  {turn.isBroken ? m.chat.reconnecting : turn.parts.at(-1)?.kind === 'tool' ? m.chat.works : m.chat.writes}
                </p>
              )}
              {turn.failure && (
                <Advice
                  failure={turn.failure}
                  onRetry={isRunning ? undefined : () => void start('regenerate', {}).catch(() => undefined)}
                />
              )}
            </article>
          )}
        </div>
        <Announcements turn={turn} answer={messages.at(-1)} />
        <div className="composer-place">
          {isAway && (
            <div className="mb-2 flex justify-center">
              <Button size="small" icon="down" onClick={toEnd}>
                {m.chat.toEnd}
              </Button>
            </div>
          )}
          <Composer
            agentId={chosen}
            onAgent={(one) => change.mutate(one)}
            onSend={(said) => start('stream', { content: said })}
            onStop={isRunning ? stop : undefined}
            wantsFocus={messages.length <= 2}
          />
        </div>
      </Page>
    </ChatFrame>
  );
}
