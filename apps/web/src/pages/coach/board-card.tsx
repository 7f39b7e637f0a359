import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { coachApi, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/layout.js';
import { CoachFailure } from './coach-failure.js';
import { SpecChart } from './spec-chart.js';
import type { ShownBoard } from './use-board.js';

interface BoardCardProps {
  card: ShownBoard['cards'][number];
  boardId: string | undefined;
  onReplied: () => void;
}

/** A card, also one that is not finished. What a model wrote is shown as text. */
export function BoardCard({ card, boardId, onReplied }: BoardCardProps) {
  const { title, text, items, options, spec, isWhole } = card;
  const id = useId();
  return (
    <Card>
      <article aria-labelledby={id} aria-busy={!isWhole} className="grid grid-cols-[minmax(0,1fr)] gap-3 [overflow-wrap:anywhere]">
        <h3 id={id} className="font-semibold">
          {title}
        </h3>
        {text && <p className="whitespace-pre-line">{text}</p>}
        {items && items.length > 0 && (
          <ul className="list-disc space-y-1 pl-5">
            {items.map((item, index) => (
              <li key={index}>{String(item)}</li>
            ))}
          </ul>
        )}
        {spec && <SpecChart spec={spec} />}
        {options && boardId && isWhole && <Options boardId={boardId} question={text} options={options.map(String)} onReplied={onReplied} />}
      </article>
    </Card>
  );
}

/** The answers to a question of the coach: choosing one is a reply to the board. */
function Options({
  boardId,
  question,
  options,
  onReplied,
}: {
  boardId: string;
  question: string;
  options: string[];
  onReplied: () => void;
}) {
  // A reply that is sent again is the same reply.
  const [messageId] = useState(() => crypto.randomUUID());
  const reply = useMutation({
    mutationFn: (answer: string) =>
      dataOf(
        coachApi.POST('/user_states/boards/{board_id}/replies', {
          params: { path: { board_id: boardId } },
          body: { text: `${question} ${answer}`.trim(), client_message_id: messageId },
        }),
      ),
    onSuccess: onReplied,
  });
  if (reply.isSuccess) return <p role="status">{reply.data.reply ?? m.coach.kept}</p>;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {options.map((option) => (
          <Button
            key={option}
            size="small"
            className="py-1 text-left whitespace-normal! [overflow-wrap:anywhere]"
            busy={reply.isPending && reply.variables === option}
            disabled={reply.isPending}
            onClick={() => reply.mutate(option)}
          >
            {option}
          </Button>
        ))}
      </div>
      {reply.error && <CoachFailure error={reply.error} />}
    </>
  );
}
