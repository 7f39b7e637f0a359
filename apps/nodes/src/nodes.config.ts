import { Int } from '@skep/contracts';
import { ServiceConfig } from '@skep/platform';

/** The settings of nodes, in addition to those of every service. */
export class NodesConfig extends ServiceConfig {
  @Int({ min: 1_000, max: 43_200_000, description: 'Milliseconds that a command for a node waits for an approval; then it is denied.' })
  SKEP_NODE_APPROVAL_MS: number = 300_000;
  @Int({ min: 1_000, max: 3_600_000, description: 'Milliseconds that a command waits for the answer of its node.' })
  SKEP_NODE_COMMAND_MS: number = 60_000;
}
