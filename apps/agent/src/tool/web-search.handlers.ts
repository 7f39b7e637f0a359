import { agent, type FoundPages, SearchFailed, type SearchWeb } from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers, OutboundError } from '@skep/platform';
import { WebSearch } from './web-search.js';

@Handlers()
export class WebSearchHandlers {
  constructor(private readonly web: WebSearch) {}

  @Handle(agent.searchWeb)
  async searchWeb(_: Ctx, { query }: SearchWeb): Promise<FoundPages> {
    try {
      return { pages: await this.web.find(query) };
    } catch (error) {
      if (error instanceof OutboundError) throw SearchFailed();
      throw error;
    }
  }
}
