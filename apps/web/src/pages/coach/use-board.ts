import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem, coachApi, type CoachShapes, dataOf } from '../../data/api.js';
import type { StreamEvent } from '../../data/event-source.js';
import { follow } from './follow.js';

type Card = CoachShapes['BoardCard'];
export type BoardKind = CoachShapes['BoardSummary']['kind'];

/** A board as far as it has arrived. */
export interface ShownBoard {
  id?: string;
  kind?: BoardKind;
  status: 'running' | 'completed' | 'failed';
  cards: readonly (Card & { isWhole: boolean })[];
  replies: readonly CoachShapes['BoardReply'][];
  /** Why it broke off. */
  detail?: string;
}

const NEW: ShownBoard = { status: 'running', cards: [], replies: [] };
const whole = (card: Card) => ({ ...card, isWhole: true });

/** The board after an event of its stream. */
function after(board: ShownBoard, { event, data }: StreamEvent): ShownBoard {
  const {
    board_id,
    kind,
    card_id,
    text = '',
    card,
    detail,
    ...rest
  } = data as Partial<Card> & Record<string, string> & { card?: Card; kind?: BoardKind };
  const change = (to: (one: ShownBoard['cards'][number]) => ShownBoard['cards'][number]) => ({
    ...board,
    cards: board.cards.map((one) => (one.card_id === card_id ? to(one) : one)),
  });
  switch (event) {
    case 'board.created':
      return { ...NEW, id: board_id, kind };
    case 'card.started':
      return { ...board, cards: [...board.cards, { ...(rest as unknown as Card), card_id: card_id!, text: '', isWhole: false }] };
    case 'card.delta':
      return change((one) => ({ ...one, text: one.text + text }));
    case 'card.completed':
      return change(() => whole(card!));
    case 'board.completed':
      return { ...board, status: 'completed' };
    case 'error':
      return { ...board, status: 'failed', detail };
    default:
      return board;
  }
}

const streamOf = (id: string) => `/user_states/boards/${encodeURIComponent(id)}/stream`;

/**
 * A board: one that is there, which streams in while it is generated, or a new one.
 * @param onNew gets the id of a new one, which then has to come as `id`
 */
export function useBoard(id: string | undefined, onNew: (id: string) => void) {
  const queries = useQueryClient();
  const [board, setBoard] = useState<ShownBoard>();
  const [problem, setProblem] = useState<unknown>();
  /** The work for what is shown. What comes later takes its place, and nothing that it still brings is shown. */
  const current = useRef(new AbortController());
  const shownId = useRef<string>(undefined);

  const attempt = useCallback(async (work: (signal: AbortSignal) => Promise<unknown>) => {
    current.current.abort();
    const { signal } = (current.current = new AbortController());
    setProblem(undefined);
    await work(signal).catch((error: unknown) => !signal.aborted && setProblem(error));
  }, []);

  const read = useCallback(async (wanted: string, signal: AbortSignal) => {
    const { cards, replies, status, kind } = await dataOf(
      coachApi.GET('/user_states/boards/{board_id}', { params: { path: { board_id: wanted } } }),
    );
    if (signal.aborted) return undefined;
    shownId.current = wanted;
    setBoard({ id: wanted, kind, status, cards: cards.map(whole), replies });
    return status;
  }, []);

  const watch = useCallback(
    async (path: string, signal: AbortSignal, body?: object) => {
      await follow(path, {
        ...(body && { body }),
        signal,
        resumeAt: ({ event, data }) => (event === 'board.created' ? streamOf((data as { board_id: string }).board_id) : undefined),
        onEvent: (event) => {
          if (signal.aborted) return;
          setBoard((shown = NEW) => after(shown, event));
          if (event.event !== 'board.created') return;
          shownId.current = (event.data as { board_id: string }).board_id;
          if (body) onNew(shownId.current);
        },
      });
      if (!signal.aborted) void queries.invalidateQueries({ queryKey: ['coach'] });
    },
    [queries, onNew],
  );

  useEffect(() => {
    if (id === undefined || id === shownId.current) return;
    void attempt(async (signal) => {
      if ((await read(id, signal)) !== 'running') return;
      // Its events are kept for an hour; the board itself stays.
      await watch(streamOf(id), signal).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 410) return read(id, signal);
        throw error;
      });
    });
  }, [id, attempt, read, watch]);
  useEffect(() => () => current.current.abort(), []);

  /** Generates a board, or joins the one that is being generated. */
  const generate = (kind: BoardKind) =>
    attempt(async (signal) => {
      const before = board;
      setBoard(NEW);
      try {
        await watch('/user_states/boards/stream', signal, { kind, client_request_id: crypto.randomUUID(), force: true });
      } catch (error) {
        const running = error instanceof ApiProblem && error.code === 'board_running' && error.members['board_id'];
        if (typeof running === 'string') return watch(streamOf(running), signal);
        setBoard((shown) => (shown?.id ? shown : before));
        throw error;
      }
    });

  return { board, problem, generate, reload: () => attempt(async (signal) => board?.id && read(board.id, signal)) };
}
