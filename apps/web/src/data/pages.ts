import { infiniteQueryOptions } from '@tanstack/react-query';

interface Answer<T> {
  data?: T[];
  response: Response;
}

/** Where the next page begins; undefined on the last one. */
const nextCursorOf = ({ headers }: Response): string | undefined => {
  const cursor = /[?&]cursor=([^&>]+)/.exec(headers.get('link') ?? '')?.[1];
  return cursor && decodeURIComponent(cursor);
};

/** A list that is read page by page, by cursor: its data are the rows so far. */
export const pagesQuery = <T>(queryKey: readonly unknown[], read: (cursor: string | undefined) => Promise<Answer<T>>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: async ({ pageParam }) => {
      const { data = [], response } = await read(pageParam);
      return { rows: data, next: nextCursorOf(response) };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ rows }) => rows),
  });
