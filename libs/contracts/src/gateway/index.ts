import { broadcast, contract } from '../define.js';
import { AnyJson, Shape, Text } from '../fields.js';

/** A counter of a rate limit: its key, a count, and milliseconds until it restarts. */
export type SharedCount = [key: string, count: number, msLeft: number];

@Shape('What a gateway has counted since its last message.')
export class CountsAdded {
  @Text({ description: 'The gateway.' }) gateway!: string;
  @AnyJson() counts!: SharedCount[];
}

@Shape('A gateway asks the others for their counts.')
export class CountsRequested {
  @Text({ description: 'The gateway that asks.' }) gateway!: string;
}

@Shape('All counts of a gateway, for one that asked.')
export class CountsAnswered {
  @Text({ description: 'The gateway that asked.' }) to!: string;
  @AnyJson() counts!: SharedCount[];
}

/** What gateways tell each other. Only their NATS user may publish and receive it. */
export const gateway = contract('gateway', {
  countsAdded: broadcast(CountsAdded),
  countsRequested: broadcast(CountsRequested),
  countsAnswered: broadcast(CountsAnswered),
});
