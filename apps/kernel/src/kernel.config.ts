import { Int, Num, Text } from '@skep/contracts';
import { DEFAULT_OBJECTS, ObjectsUrl, PublicUrl, SealingConfig, type SettingFault, syntaxFaults } from '@skep/platform';
import { parseCommands } from './mcp/parse-commands.js';

/** The settings of the kernel, in addition to those of every service. */
export class KernelConfig extends SealingConfig {
  @Int({ min: 40, max: 36_500, description: 'Days for which actions are kept; their sums stay.' }) SKEP_ACTIONS_KEEP_DAYS: number = 400;
  /** The base of the pages where users confirm calls. */
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @Num({ min: 0.01, max: 3650, description: 'Days for which feed events are kept.' }) SKEP_FEED_KEEP_DAYS: number = 7;
  @Int({ min: 1, description: 'How many feed events are kept.' }) SKEP_FEED_KEEP_ROWS: number = 1_000_000;
  @ObjectsUrl() SKEP_OBJECTS: string = DEFAULT_OBJECTS;
  @Int({ min: -1, description: 'Bytes of files that an app may store for itself in one tenant; -1 for no limit.' })
  SKEP_APP_STORAGE_BYTES: number = 1_000_000_000;
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';
  @Int({ min: 100, max: 600_000, description: 'Milliseconds for which a call waits for the MCP server of an app.' })
  SKEP_MCP_TIMEOUT_MS: number = 30_000;
  @Int({ min: 1_024, max: 100_000_000, description: 'Bytes of an answer of the MCP server of an app that are read.' })
  SKEP_MCP_MAX_BYTES: number = 5_242_880;
  @Text({
    max: 100_000,
    example: '{"files":{"command":"/opt/mcp/files","args":["--read-only"],"env":{"ROOT":"/srv/files"}}}',
    description:
      'Programs that apps may name as their MCP server (`command:files`), as JSON by name. They run with the rights of the kernel, one process for each call.',
  })
  SKEP_MCP_COMMANDS: string = '{}';
  @Int({ min: 1, max: 64, description: 'Threads that run the code of apps, beside one for apps that compute much.' })
  SKEP_CODE_THREADS: number = 2;
  @Int({ min: 1, max: 10_000, description: 'Concurrent calls per user and process.' }) SKEP_CALLS_AT_ONCE: number = 16;
  @Int({ min: 1, max: 10_000, description: 'Concurrent smoke runs per user and process.' }) SKEP_SMOKE_RUNS_AT_ONCE: number = 2;

  override faults(): SettingFault[] {
    return [...super.faults(), ...syntaxFaults({ SKEP_MCP_COMMANDS: () => parseCommands(this.SKEP_MCP_COMMANDS) })];
  }
}
