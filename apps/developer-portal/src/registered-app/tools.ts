import { type Fault, InvalidInput, isObject, paramsSchemaOf } from '@skep/contracts';
import type { AppTools, RegisteredSection, RegisteredTool, SkeletonSectionRecord, ToolRecord } from '@skep/contracts/portal';
import type { AppEntity } from '../app/app.entity.js';
import { functionsOf, type Manifest } from '../app/manifest.js';

const ACTIVITY = 'tool_';
const FUNCTION = /^[A-Za-z_]\w*$/;

/** The tools of a manifest as `functionsOf` reads them: `name` is the function, `title` the name for users. @throws InvalidInput */
export function toManifestTools(tools: ToolRecord[]): Manifest[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const converted = tools.map(({ name: title, activity = `${ACTIVITY}${toFunction(title)}`, ...tool }, i) => {
    const name = activity.startsWith(ACTIVITY) ? activity.slice(ACTIVITY.length) : activity;
    const fault = (msg: string, type: string) => faults.push({ loc: ['tools', i, 'activity'], msg, type });
    if (!FUNCTION.test(name)) fault(`An activity is ${ACTIVITY} and a name of letters, digits and '_'`, 'pattern');
    if (seen.has(name)) fault('Another tool has the same activity', 'duplicate');
    seen.add(name);
    const { params_schema, ...rest } = tool;
    return { name, title, activity, ...rest, ...(params_schema && { params_schema: paramsSchemaOf(params_schema) }) };
  });
  if (faults.length) throw InvalidInput(faults);
  return converted;
}

const toFunction = (title: string) => title.trim().toLowerCase().replace(/\W+/g, '_');

/** The sections of a manifest, each with its name once. @throws InvalidInput */
export function toManifestSections(sections: SkeletonSectionRecord[]): Manifest[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const converted = sections.map(({ name, section_name = name, ...section }, i) => {
    const fault = (msg: string, type: string) => faults.push({ loc: ['skeleton_sections', i, 'section_name'], msg, type });
    if (section_name === undefined) fault('Set section_name or name', 'missing');
    else if (seen.has(section_name)) fault('Another section has the same name', 'duplicate');
    seen.add(section_name ?? '');
    return { section_name, ...section };
  });
  if (faults.length) throw InvalidInput(faults);
  return converted;
}

/** What a valid manifest may say of a tool in addition to its function. */
type StoredTool = Partial<Omit<RegisteredTool, 'name'>> & { name: string; title?: string | null; scopes?: string[] };

/** The tools and sections of an app: of its manifest, whichever way it was deployed. */
export function describeTools({ app_id, version, manifest_json, updated_at }: ToolsOwner): AppTools {
  const stored = new Map((listOf(manifest_json['tools']) as unknown as StoredTool[]).map((tool) => [tool.name, tool]));
  const tools = functionsOf(manifest_json).map(({ name, ...info }): RegisteredTool => {
    const { title, activity, domains = [], scopes = [], required_scopes = scopes, endpoint, impl } = stored.get(name) ?? { name };
    return {
      ...{ ...info, function: name, name: title ?? name, activity: activity ?? `${ACTIVITY}${name}`, domains, required_scopes },
      ...{ ...(endpoint && { endpoint }), ...(impl && { impl }) },
    };
  });
  const skeleton_sections = listOf(manifest_json['skeleton_sections']).map(describeSection);
  return { app_id, version: version ?? '', tools, skeleton_sections, updated_at };
}

type ToolsOwner = Pick<AppEntity, 'app_id' | 'version' | 'manifest_json' | 'updated_at'>;

const listOf = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : []);

function describeSection({ section_name, refresh_activity, alert_activity, ttl, alert_on_change }: Manifest): RegisteredSection {
  const name = String(section_name);
  const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    ...{ section_name: name, name, refresh_activity: textOf(refresh_activity), alert_activity: textOf(alert_activity) },
    ...{ ttl: Number(ttl), alert_on_change: alert_on_change === true },
  };
}
