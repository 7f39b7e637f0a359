import { Cursor } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, Json, List, Nested, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

const NAME = { description: 'Name of the server: this installation and an app.', example: 'com.example.skep/link-saver' };
const VERSION = { description: 'A version, or `latest`.', example: '1.2.0' };

@Shape('Which servers to list.')
export class ListServers {
  @Text({ max: 200, description: 'A part of the name. Empty: all servers.', example: 'link' }) search: string = '';
  @Optional()
  @Text({ min: 1, max: 64, ...VERSION, description: 'Only servers whose newest version this is, or `latest`.' })
  version?: string;
  @Optional()
  @Instant({ description: 'Only servers that changed at this time or later.', example: '2026-06-21T09:30:00Z' })
  updated_since?: Date;
  @Int({ min: 1, max: 100, description: 'Number of servers to return.' }) limit: number = 30;
  @Cursor() cursor?: string;
}

@Shape('Identifies a server.')
export class ServerRef {
  @Text({ min: 1, max: 320, ...NAME }) server_name!: string;
}

@Shape('Identifies a version of a server.')
export class ServerVersionRef extends ServerRef {
  @Text({ min: 1, max: 64, ...VERSION }) version!: string;
}

@Shape('A version of an MCP server, as registries of MCP describe it.')
export class ServerEntry {
  @Json({
    bytes: Infinity,
    description: 'The server: name, description, version and addresses.',
    example: { name: 'com.example.skep/link-saver', description: 'Saves links.', version: '1.2.0', remotes: [] },
  })
  server!: Record<string, unknown>;
  @Json({ bytes: Infinity, description: 'What the registry says about it.', example: {} }) _meta!: Record<string, unknown>;
}

@Shape('About a list of servers.')
export class ServerListMetadata {
  @Int({ description: 'Number of servers in this answer.', example: 1 }) count!: number;
  @Optional() @Text({ description: 'Where to continue. Left out on the last page.' }) nextCursor?: string;
}

@Shape('A list of MCP servers.')
export class ServerList {
  @List(() => ServerEntry, { description: 'The servers.' }) servers!: ServerEntry[];
  @Nested(() => ServerListMetadata, { description: 'About the list.' }) metadata!: ServerListMetadata;
}

export const ServerNotFound = problem('server_not_found', 404, 'This registry has no such server or version.');

export const serverMembers = {
  listServers: operation('List the apps as MCP servers', {
    description: 'Public. The newest version of each listed app, by id. A search looks through up to 10,000 of them.',
    input: ListServers,
    output: ServerList,
  }),
  listServerVersions: operation('List the versions of an MCP server', {
    description: 'Public. The newest 100 approved versions, newest first.',
    input: ServerRef,
    output: ServerList,
    problems: [ServerNotFound],
  }),
  getServerVersion: operation('Read a version of an MCP server', {
    description: 'Public.',
    input: ServerVersionRef,
    output: ServerEntry,
    problems: [ServerNotFound],
  }),
};
