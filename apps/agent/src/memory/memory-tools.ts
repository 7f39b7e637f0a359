import { Injectable, type OnModuleInit } from '@nestjs/common';
import { done, textArguments, type Tool, type ToolSource } from '../tool/tool.js';
import { Toolbox } from '../tool/toolbox.js';
import { Remember } from './remember.js';
import { SearchMemory } from './search-memory.js';

const CONTENT_MAX = 50_000;
const QUERY_MAX = 10_000;
const FOUND = 8;

/** The memory of the person. What an agent adds after it has read content from outside has the origin `outside`, and reading it again taints a turn. */
@Injectable()
export class MemoryTools implements ToolSource, OnModuleInit {
  constructor(
    private readonly toolbox: Toolbox,
    private readonly remember: Remember,
    private readonly search: SearchMemory,
  ) {}

  onModuleInit(): void {
    this.toolbox.add(this);
  }

  list(): Promise<Tool[]> {
    const own = { hasEffect: false, isOutside: false };
    return Promise.resolve([
      {
        name: 'memory_add',
        description: 'Remembers a fact about the person or their work, in a sentence that is understood alone.',
        parameters: textArguments({ content: 'What is to be remembered.' }),
        ...own,
        use: async ({ ctx, agent_id, isTainted }, { content }) => {
          const entry = {
            content: String(content).slice(0, CONTENT_MAX),
            memory_type: 'fact',
            level: 'global',
            metadata: { by: agent_id },
          };
          return done(JSON.stringify(await this.remember.one(ctx, entry, isTainted ? 'outside' : 'agent')));
        },
      },
      {
        name: 'memory_search',
        description: 'Searches what is remembered about the person and their work.',
        parameters: textArguments({ query: 'Words, or what is meant.' }),
        ...own,
        use: async ({ ctx }, { query }) => {
          const { results } = await this.search.run(ctx, { query: String(query).slice(0, QUERY_MAX), limit: FOUND, use_hybrid: true });
          const found = results.map(({ content, score, metadata }) => ({ content, score, origin: metadata['origin'] }));
          return { ...done(JSON.stringify(found)), isOutside: found.some(({ origin }) => origin === 'outside') };
        },
      },
    ]);
  }
}
