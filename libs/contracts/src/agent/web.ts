import { operation } from '../define.js';
import { List, Shape, Text } from '../fields.js';
import { NotConfigured, problem } from '../problem.js';

@Shape('What to look for in the web.')
export class SearchWeb {
  @Text({ min: 1, max: 400, description: 'Words to look for.', example: 'night trail race Catalonia' }) query!: string;
}

@Shape('A page of the web that a search found. Its texts are those of others.')
export class FoundPage {
  @Text({ description: 'Its title.', example: 'Girona Trail' }) title!: string;
  @Text({ description: 'Its address.', example: 'https://example.com/girona-trail' }) url!: string;
  @Text({ description: 'What it says.', example: 'A hilly race through the old town.' }) description!: string;
}

@Shape('Pages of the web.')
export class FoundPages {
  @List(() => FoundPage, { max: 20, description: 'The best first.' }) pages!: FoundPage[];
}

export const SearchFailed = problem('search_failed', 502, 'The search of the web failed. Try again.', 1);

export const webMembers = {
  /** Internal: for services that look for something on behalf of a person. */
  searchWeb: operation('Search the web', {
    input: SearchWeb,
    output: FoundPages,
    problems: [NotConfigured, SearchFailed],
    spansCalls: true,
  }),
};
