import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { coachApi, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, Spinner } from '../../ui/button.js';
import { formatDate } from '../../ui/format.js';
import { Badge, Section } from '../../ui/layout.js';
import { Empty, Notice } from '../../ui/notice.js';
import { BoardCard } from './board-card.js';
import { CoachFailure } from './coach-failure.js';
import { type BoardKind, useBoard } from './use-board.js';

const KINDS = ['daily', 'weekly'] as const satisfies readonly BoardKind[];

/** A board with its cards, which stream in while the coach writes them. */
export function Board({ id }: { id: string | undefined }) {
  const navigate = useNavigate();
  const onNew = useCallback(
    (board: string) => void navigate({ to: '/coach', search: { board }, replace: true, resetScroll: false }),
    [navigate],
  );
  const { board, problem, generate, reload } = useBoard(id, onNew);
  const isRunning = board?.status === 'running' && !problem;
  return (
    <Section
      title={board?.kind ? m.coach.kinds[board.kind] : m.coach.board}
      actions={
        <div className="flex flex-wrap gap-2">
          {KINDS.map((kind) => (
            <Button key={kind} size="small" disabled={isRunning} onClick={() => void generate(kind)}>
              {m.coach.make[kind]}
            </Button>
          ))}
        </div>
      }
    >
      {problem !== undefined && <CoachFailure error={problem} />}
      {board ? (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4" aria-busy={isRunning}>
          {board.cards.map((card) => (
            <BoardCard key={card.card_id} card={card} boardId={board.id} onReplied={() => void reload()} />
          ))}
          {isRunning && (
            <p role="status" className="flex items-center gap-3 text-sm text-muted">
              <Spinner />
              {m.coach.writing}
            </p>
          )}
          {board.status === 'failed' && <Notice kind="danger">{board.detail ?? m.coach.brokeOff}</Notice>}
          {board.replies.map(({ id: replyId, text, reply }) => (
            <div key={replyId} className="grid gap-1 rounded-lg bg-sunken px-4 py-3 text-sm [overflow-wrap:anywhere]">
              <p className="font-medium">{text}</p>
              <p className="whitespace-pre-line">{reply ?? m.coach.noReply}</p>
            </div>
          ))}
        </div>
      ) : (
        !problem &&
        !id && (
          <Empty icon="flag" title={m.coach.noBoard}>
            {m.coach.noBoardLead}
          </Empty>
        )
      )}
      <EarlierBoards shownId={board?.id} />
    </Section>
  );
}

function EarlierBoards({ shownId }: { shownId: string | undefined }) {
  const { data } = useQuery({
    queryKey: ['coach', 'boards'],
    queryFn: () => dataOf(coachApi.GET('/user_states/boards', { params: { query: { limit: 8 } } })),
  });
  const others = data?.items.filter(({ id }) => id !== shownId) ?? [];
  if (!others.length) return null;
  return (
    <nav aria-label={m.coach.earlier} className="flex flex-wrap gap-2">
      {others.map(({ id, kind, day, status }) => (
        <Link key={id} to="/coach" search={{ board: id }} className="rounded-lg border border-line px-3 py-1.5 text-sm hover:bg-sunken">
          {m.coach.kinds[kind]}, {formatDate(`${day}T00:00`)} {status === 'failed' && <Badge>{m.coach.broken}</Badge>}
        </Link>
      ))}
    </nav>
  );
}
