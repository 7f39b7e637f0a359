/** A skill that comes with Skep: some of its tools, which can be switched off together. */
export interface BundledSkill {
  name: string;
  emoji: string;
  description: string;
  tools: readonly { name: string; description: string; parameters: Record<string, unknown> }[];
}

const texts = (properties: Record<string, string>, required = Object.keys(properties)) => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(properties).map(([name, description]) => [name, { type: 'string', description }])),
  required,
});

export const BUNDLED_SKILLS: readonly BundledSkill[] = [
  {
    ...{ name: 'memory', emoji: '🧠', description: 'Remember facts, and find them again.' },
    tools: [
      { name: 'memory_add', description: 'Remembers something.', parameters: texts({ content: 'What to remember.' }) },
      { name: 'memory_search', description: 'Searches the memory.', parameters: texts({ query: 'Words, or what is meant.' }) },
    ],
  },
  {
    ...{ name: 'web', emoji: '🌐', description: 'Search the web and read pages.' },
    tools: [
      { name: 'web_search', description: 'Searches the web.', parameters: texts({ query: 'Words to look for.' }) },
      { name: 'url_fetch', description: 'Reads a page of the web as text.', parameters: texts({ url: 'Its address.' }) },
    ],
  },
  {
    ...{ name: 'subagents', emoji: '🐝', description: 'Give work to agents that run beside.' },
    tools: [{ name: 'subagent_spawn', description: 'Starts an agent with a task.', parameters: texts({ task: 'What it does.' }) }],
  },
];
