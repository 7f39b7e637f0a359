import type { AgentShapes } from '../../../data/api.js';
import { m } from '../../../messages/index.js';
import type { Turn } from './turn.js';

/** A longer answer is read by its reader, at their pace. */
const SPOKEN_MAX = 600;

interface AnnouncementsProps {
  turn: Turn | undefined;
  answer: AgentShapes['ChatMessage'] | undefined;
}

/** What screen readers say of a turn: that it has begun, that it waits for the person, and the answer once it is complete. */
export function Announcements({ turn, answer }: AnnouncementsProps) {
  return (
    <p role="status" className="sr-only">
      {turn && textOf(turn, answer)}
    </p>
  );
}

function textOf(turn: Turn, answer: AnnouncementsProps['answer']): string {
  const last = turn.parts.at(-1);
  if (!turn.isOver) return last?.kind === 'tool' && last.use.state === 'asks' ? m.chat.asks : m.chat.writes;
  if (answer?.id !== turn.messageId || !answer?.content) return '';
  const { content } = answer;
  return content.length > SPOKEN_MAX ? m.chat.spokenLong(content.slice(0, SPOKEN_MAX)) : content;
}
