import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { SkillBlocked } from './skill.js';

const docs = {
  name: { description: 'Name of the plugin, from its plugin.json.', example: 'bee-kit' },
  version: { description: 'Its version.', example: '1.2.3' },
};

@Shape('Identifies a plugin.')
export class PluginRef {
  @Text({ max: 100, ...docs.name }) name!: string;
}

@Shape('A plugin: skills that are installed, switched and uninstalled together.')
export class Plugin {
  @Text(docs.name) name!: string;
  @Text(docs.version) version!: string;
  @Text({ description: 'What it is for.', example: 'Tools for beekeepers.' }) description!: string;
  @Bool({ description: 'Whether agents use its skills.', example: true }) enabled!: boolean;
  @Optional() @Text({ description: 'Why its skills are not used although it is enabled.' }) error?: string;
  @Text({ description: 'The repository or folder that it came from.', example: 'https://github.com/ada/bee-kit.git' }) source!: string;
  @Nullable() @Text({ description: 'The commit that is installed. Null: it came from a folder.', example: '9f2c1ab' }) commit!:
    string | null;
  @List('text', { description: 'Names of its skills.', example: ['bee-watcher'] }) skills!: string[];
  @Nullable()
  @Text({
    description:
      'Address of an MCP server that it names. Nothing is connected to it: a developer can deploy it as an app, which is reviewed.',
    example: 'https://bees.example.com/mcp',
  })
  mcp_url!: string | null;
  @Instant({ description: 'When this version was installed.' }) installed_at!: Date;
}

@Shape('The plugins of a user.')
export class Plugins {
  @List(() => Plugin, { description: 'By name.' }) plugins!: Plugin[];
}

@Shape('Installs a plugin, or another version of it. Either `source` or `path`.')
export class InstallPlugin {
  @Optional()
  @Text({
    min: 1,
    max: 500,
    description: 'Address of a git repository, with https, on a host that SKEP_PLUGIN_HOSTS names. Its default branch is installed.',
    example: 'https://github.com/ada/bee-kit.git',
  })
  source?: string;
  @Optional()
  @Text({ min: 1, max: 500, description: 'A folder below SKEP_PLUGIN_FOLDER.', example: 'bee-kit' })
  path?: string;
}

@Shape('A plugin that was installed.')
export class InstalledPlugin extends Plugin {
  @Bool({ description: 'Always true.', example: true }) success!: true;
  @OneOf(['installed'], { description: 'Always `installed`.', example: 'installed' }) status!: 'installed';
}

@Shape('What was done.')
export class PluginChanged {
  @OneOf(['enabled', 'disabled', 'uninstalled'], { description: 'What was done.', example: 'enabled' }) status!: string;
  @Text(docs.name) name!: string;
}

@Shape('The plugins that are loaded.')
export class PluginsReloaded {
  @OneOf(['reloaded'], { description: 'Always `reloaded`.', example: 'reloaded' }) status!: 'reloaded';
  @Int({ description: 'Number of plugins.', example: 1 }) count!: number;
}

export const PluginNotFound = problem('plugin_not_found', 404, 'Plugin not found.');
export const PluginsOff = problem('plugins_off', 403, 'Plugins are switched off. An operator can allow them with SKEP_PLUGINS=on.');
export const PluginUnavailable = problem('plugin_unavailable', 502, 'The git server did not answer as expected.');

const scope = 'agent:use';

export const pluginMembers = {
  listPlugins: operation('List your plugins', { scope, input: Empty, output: Plugins }),
  getPlugin: operation('Read a plugin', { scope, input: PluginRef, output: Plugin, problems: [PluginNotFound] }),
  installPlugin: operation('Install a plugin', {
    description: [
      'Reads `plugin.json` and the skills below `skills/` of a git repository or a folder of the server. Each skill is scanned as one of ClawHub; one with a critical',
      'threat refuses the whole plugin. Hooks, submodules and links are not followed, and scripts run on paired devices only. A plugin that is installed again is replaced.',
    ].join(' '),
    scope: 'agent:plugins',
    input: InstallPlugin,
    output: InstalledPlugin,
    problems: [PluginsOff, PluginUnavailable, SkillBlocked],
    spansCalls: true,
  }),
  enablePlugin: operation('Enable a plugin', {
    scope,
    input: PluginRef,
    output: PluginChanged,
    problems: [PluginNotFound, PluginsOff],
  }),
  disablePlugin: operation('Disable a plugin', { scope, input: PluginRef, output: PluginChanged, problems: [PluginNotFound] }),
  removePlugin: operation('Uninstall a plugin', {
    description: 'Its skills are uninstalled too.',
    scope,
    input: PluginRef,
    output: PluginChanged,
    problems: [PluginNotFound],
  }),
  reloadPlugins: operation('Load your plugins again', {
    description: 'Plugins are always used as they were installed; this tells how many there are. To get a newer version, install it again.',
    scope,
    input: Empty,
    output: PluginsReloaded,
  }),
};
