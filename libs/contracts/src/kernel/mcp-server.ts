import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { PROVIDER_NAME } from '../connections/account.js';
import { AppDisabled, AppNotInstalled, AppSuspended } from '../registry/index.js';
import { BudgetExceeded, InsufficientCredits, UsageLimitReached } from '../billing/index.js';
import { TooManyRequests } from '../problem.js';
import { CallFunction, CallResult } from './call.js';

/** What an MCP server may ask the client for, beside a form for the user. */
export const MCP_RELAYS = ['sampling', 'roots'] as const;
/** The requests that pass to the MCP server of an app as they are. */
export const MCP_PASSED_METHODS = [
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
] as const;

const docs = {
  header: { description: 'Header that carries the credential.', example: 'Authorization' },
  prefix: { description: 'What precedes the credential in the header.', example: 'Bearer ' },
} satisfies Record<string, FieldDocs>;

const HeaderName = () => Text({ pattern: /^[A-Za-z0-9-]{1,64}$/, max: 64, ...docs.header });
const Prefix = () => Text({ pattern: /^[ -~]*$/, max: 100, ...docs.prefix });

@Shape('A secret of each user that goes to the MCP server.')
export class McpCredential {
  @Text({ pattern: /^[a-z][a-z0-9_]{0,62}$/, max: 63, description: 'Name of the secret. The app declares it.', example: 'links_token' })
  secret!: string;
  @HeaderName() header: string = 'Authorization';
  @Prefix() prefix: string = 'Bearer ';
}

@Shape('An account of each user at an OAuth provider, whose access token goes to the MCP server as bearer.')
export class McpOAuth {
  @Text({ pattern: PROVIDER_NAME, max: 64, description: 'Name of the OAuth provider. The app declares it.', example: 'google' })
  provider!: string;
  @List('text', { max: 50, description: 'What the app asks the provider for.', example: ['email'] }) scopes: string[] = [];
}

@Shape('An MCP server whose tools become functions of an app.')
export class RemoteMcpSource {
  @OneOf(['remote_mcp'], { description: 'Always `remote_mcp`.', example: 'remote_mcp' }) kind!: 'remote_mcp';
  @Text({
    min: 1,
    max: 2000,
    description: 'Address of the server: Streamable HTTP. Or `command:NAME` for a program that the operator lists.',
    example: 'https://links.example.com/mcp',
  })
  url!: string;
  @Optional()
  @Nested(() => McpCredential, { description: 'What the server requires of each user. Not with `oauth`.' })
  credential?: McpCredential;
  @Optional()
  @Nested(() => McpOAuth, { description: 'The same for accounts at an OAuth provider. Not with `credential`.' })
  oauth?: McpOAuth;
  @List('text', { max: 256, description: 'Names of the tools that run as tasks, up to half an hour.', example: ['export'] })
  long_running: string[] = [];
  @List('text', {
    max: 2,
    words: MCP_RELAYS,
    description: 'What the server may ask the MCP client of a user for: `sampling`, `roots`. A reviewer sees it.',
    example: [],
  })
  relays: string[] = [];
}

@Shape('An MCP server to read.')
export class ReadMcpServer extends AppRef {
  @Text({ description: 'Version of the release.', example: '1.2.0' }) version!: string;
  @Text({ description: 'Name of the app.', example: 'Links' }) name!: string;
  @Nested(() => RemoteMcpSource, { description: 'The server.' }) source!: RemoteMcpSource;
}

@Shape('What an MCP server offers, as an IR, or why it cannot be an app.')
export class McpServerRead {
  @List('text', { description: 'Why the server cannot be an app; empty if it can.' }) faults!: string[];
  @Nullable()
  @Json({ bytes: Infinity, description: 'The IR whose functions are the tools of the server; null with faults.' })
  ir!: Record<string, unknown> | null;
}

@Shape('What an MCP client can be asked, and what it answers.')
export class McpRound {
  @Json({ description: 'Capabilities that the client declares.' }) capabilities: Record<string, unknown> = {};
  @Optional() @Json({ bytes: Infinity, description: 'Answers to the questions of the server.' }) responses?: Record<string, unknown>;
  @Optional() @Text({ max: 100_000, description: 'The state that came with the questions.' }) state?: string;
}

@Shape('A call of a function by an MCP client.')
export class CallForMcpClient extends CallFunction {
  @Nested(() => McpRound, { description: 'What the client can be asked, and its answers.' }) round!: McpRound;
}

@Shape('A request that passes to the MCP server of an app.')
export class McpRequest extends AppRef {
  @OneOf(MCP_PASSED_METHODS, { description: 'Method of MCP.' }) method!: (typeof MCP_PASSED_METHODS)[number];
  @Json({ bytes: Infinity, description: 'Params of the method, without `_meta`.' }) params!: Record<string, unknown>;
  @Nested(() => McpRound, { description: 'What the client can be asked, and its answers.' }) round!: McpRound;
}

@Shape('The answer of the MCP server of an app.')
export class McpAnswer {
  @Optional() @Json({ bytes: Infinity, description: 'The result; absent after an error.' }) result?: Record<string, unknown>;
  @Optional() @Json({ bytes: Infinity, description: 'The JSON-RPC error of the server.' }) error?: Record<string, unknown>;
}

@Shape('What the MCP server of an app offers beside tools.')
export class McpServerInfo {
  @Json({ description: 'Its capabilities for prompts, resources and completion. Empty if the app has no MCP server.' })
  capabilities!: Record<string, unknown>;
}

const ofApp = [AppNotInstalled, AppSuspended, AppDisabled];

/** All internal. */
export const mcpServerMembers = {
  readMcpServer: operation('Read what an MCP server offers', { input: ReadMcpServer, output: McpServerRead, spansCalls: true }),
  getMcpServer: operation('Read what the MCP server of an app offers', {
    input: AppRef,
    output: McpServerInfo,
    problems: ofApp,
    spansCalls: true,
  }),
  /** With the answers of a client to questions of the server. Of other apps it is `callFunction`. */
  callForMcpClient: operation('Call a function for an MCP client', {
    input: CallForMcpClient,
    output: CallResult,
    problems: [...ofApp, InsufficientCredits, BudgetExceeded, UsageLimitReached, TooManyRequests],
    spansCalls: true,
  }),
  /** For prompts, resources and completion. They cost nothing and are no actions. */
  requestMcpServer: operation('Send a request to the MCP server of an app', {
    input: McpRequest,
    output: McpAnswer,
    problems: ofApp,
    spansCalls: true,
  }),
};
