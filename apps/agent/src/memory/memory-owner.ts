import type { SearchMemory } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';

/** Whose memory it is. */
export type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** Where an entry belongs, or which entries are searched. */
export type Place = { [Name in 'memory_type' | 'level' | 'project_id' | 'agent_id']?: SearchMemory[Name] | undefined };

/** What is hashed with the words of an owner. */
export const ownerKey = ({ tenant, user }: Owner): string => `${tenant} ${user}`;

/** Terms that stand for a place. No word has an equals sign. */
export const placesOf = ({ memory_type, level, project_id, agent_id }: Place): string[] =>
  Object.entries({ memory_type, level, project_id, agent_id }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
