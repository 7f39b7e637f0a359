import type { FastifyRequest } from 'fastify';

/** The parameters of the query by name; of one that is repeated, the last. */
export const queryTextsOf = ({ query }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query as Record<string, string | string[]>).map(([name, value]) => [name, [value].flat().at(-1) ?? '']),
  );
