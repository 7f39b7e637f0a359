import { rankTools } from './rank-tools.js';
import { done, textArguments, type Tool } from './tool.js';

/** Models choose badly among more, and their providers refuse more than 128. */
const SHOWN_MAX = 100;
const FOUND_AT_ONCE = 8;
/** Those that were found last. */
const FOUND_MAX = 64;
const DESCRIPTION_MAX = 300;
export const SEARCH_TOOL = 'tool_search';

/**
 * Which of their tools a turn shows to its model: all, if they are few. Else those of Skep, a search among those of apps, and what it has found in this
 * turn. The order is that of all tools, so that it is the same in each attempt.
 */
export class ToolShelf {
  private readonly found: string[] = [];
  private readonly search?: Tool;

  constructor(private readonly tools: readonly Tool[]) {
    if (tools.length > SHOWN_MAX) this.search = searchAmong(tools.filter(({ isOfApp }) => isOfApp));
  }

  shown(): Tool[] {
    if (!this.search) return [...this.tools];
    const found = new Set(this.found.slice(-FOUND_MAX));
    return [this.search, ...this.tools.filter(({ name, isOfApp }) => !isOfApp || found.has(name))];
  }

  /** A tool that the model asks for by its name, whether it is shown or not. */
  find(name: string): Tool | undefined {
    return name === this.search?.name ? this.search : this.tools.find((tool) => tool.name === name);
  }

  /** Notes what a search has returned, also one of an earlier attempt. */
  note(name: string, output: string): void {
    if (name !== this.search?.name) return;
    const names = (JSON.parse(output) as { name: string }[]).map((tool) => tool.name);
    this.found.push(...names.filter((other) => !this.found.includes(other)));
  }
}

const searchAmong = (tools: readonly Tool[]): Tool => ({
  name: SEARCH_TOOL,
  description: `Finds more tools by words of what they do, among ${tools.length}. You can use those that it returns from then on.`,
  parameters: textArguments({ query: 'Words, such as: calendar event create.' }),
  ...{ hasEffect: false, isOutside: false },
  use: (_, { query }) => {
    const found = rankTools(tools, String(query), FOUND_AT_ONCE);
    return Promise.resolve(
      done(JSON.stringify(found.map(({ name, description }) => ({ name, description: description.slice(0, DESCRIPTION_MAX) })))),
    );
  },
});
