import { AppId, AppRef, IDS, ListCursor } from '../common.js';
import { operation, page } from '../define.js';
import { type FieldDocs, Instant, Json, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, Forbidden } from '../problem.js';
import { AppSuspended } from '../registry/index.js';
import { AppCapReached, appDocs, AppIdTaken, DeveloperAppNotFound } from './app.js';
import { NotADeveloper } from './developer-tier.js';

/**
 * How far an app is, as the registry's clients see it. `provisioning`: nothing was deployed yet. `active`: it has a release. `suspended`: by its
 * developer or an administrator. `deleted`: its id stays taken.
 */
export const REGISTERED_STATUSES = ['provisioning', 'active', 'suspended', 'deleted'] as const;

/** Bytes as JSON that the `config` of an app may have. */
const CONFIG_BYTES = 65_536;

const docs = {
  owner_id: { description: 'User id of the developer. Empty for an app of the installation.', example: 'imp_u_7c21' },
  config: { description: 'Settings that the clients of the app keep here. Skep does not read them.', example: { theme: 'dark' } },
  manifest: { description: 'Manifest of the newest deploy. Empty if there is none, and in lists.' },
  status: {
    description:
      '`provisioning`: nothing was deployed yet. `active`: the app has a release. `suspended`: by its developer or an administrator. `deleted`: its id stays taken.',
  },
} satisfies Record<string, FieldDocs>;

const DisplayName = () => Text({ min: 1, max: 200, ...appDocs.display_name });
const Description = () => Text({ max: 2000, ...appDocs.description });
const Version = () => Text({ max: 64, ...appDocs.version });
const Config = () => Json({ bytes: CONFIG_BYTES, ...docs.config });
const Manifest = () =>
  Json({
    bytes: Infinity,
    description:
      'Manifest, at most 1 MiB: it becomes a release at once. Its schema is at `/v1/manifest-schema.json`; `app_id` and `version` may be left out.',
    example: { app_id: 'link-saver', version: '1.2.0' },
  });

@Shape('A new app. `id` is another name of `app_id`; one of them is required.')
export class RegisterApp {
  @Optional() @AppId() app_id?: string;
  @Optional() @AppId() id?: string;
  @DisplayName() display_name!: string;
  @Optional()
  @Text({
    max: 64,
    description: 'User id of the developer: your own. For services: left out, the app belongs to the installation.',
    example: 'imp_u_7c21',
  })
  owner_id?: string;
  @Optional() @Description() description?: string;
  @Optional() @Version() version?: string;
  @Optional() @Manifest() manifest?: Record<string, unknown>;
  @Optional() @Config() config?: Record<string, unknown>;
}

@Shape('A change of an app. What is left out or null stays. `config` is replaced as a whole.')
export class UpdateRegisteredApp extends AppRef {
  @Optional() @DisplayName() display_name?: string;
  @Optional() @Description() description?: string;
  @Optional() @Version() version?: string;
  @Optional() @OneOf(['active', 'suspended'], { description: '`suspended` takes the app out; `active` ends that.' }) status?: string;
  @Optional() @Manifest() manifest?: Record<string, unknown>;
  @Optional() @Config() config?: Record<string, unknown>;
}

@Shape('Which apps to list.')
export class ListRegisteredApps extends ListCursor {
  @Optional()
  @Text({ max: 64, ...docs.owner_id, description: 'Only the apps of this developer: of yourself, unless you are a service.' })
  owner_id?: string;
  @OneOf([...REGISTERED_STATUSES, 'all'], { description: 'Only the apps with this status; `all` for every one.' }) status: string =
    'active';
}

@Shape('An app, as the registry’s clients see it.')
export class RegisteredApp {
  @Text(IDS.app) app_id!: string;
  @Text({ ...IDS.app, description: 'The same as `app_id`.' }) id!: string;
  @DisplayName() display_name!: string;
  @Description() description!: string;
  @Text({ ...appDocs.version, description: 'Version of the newest release. Empty if there is none.' }) version!: string;
  @Text(docs.owner_id) owner_id!: string;
  @Text({ description: 'Where the app runs.', example: 'app-link-saver' }) namespace!: string;
  @OneOf(REGISTERED_STATUSES, docs.status) status!: string;
  @Json(docs.config) config!: Record<string, unknown>;
  @Json(docs.manifest) manifest!: Record<string, unknown>;
  @Instant({ description: 'When the app was created.' }) created_at!: Date;
  @Instant({ description: 'When the app was last changed.' }) updated_at!: Date;
}

@Shape('The deleted app.')
export class RegisteredAppDeleted {
  @Text(IDS.app) app_id!: string;
  @OneOf(['deleted'], { description: 'Always `deleted`.' }) status!: string;
  @Text({ description: 'What is left of the app.', example: 'The app was deleted. Its id stays taken.' }) message!: string;
}

export const registeredAppMembers = {
  registerApp: operation('Register an app', {
    description: 'Creates the same record as `POST /v1/developer/apps`. With a manifest, it is released at once, for its developer only.',
    input: RegisterApp,
    output: RegisteredApp,
    problems: [NotADeveloper, AppIdTaken, AppCapReached, Forbidden, Conflict],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  listRegisteredApps: operation('List registered apps', {
    description: 'Oldest first, without manifests: your own, or for a service those of its tenant.',
    input: ListRegisteredApps,
    output: page(RegisteredApp),
    problems: [Forbidden],
    scope: 'developer:apps:read',
  }),
  getRegisteredApp: operation('Read a registered app', {
    description: 'Also a deleted one.',
    input: AppRef,
    output: RegisteredApp,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
  }),
  updateRegisteredApp: operation('Update a registered app', {
    description: 'A manifest becomes a release at once, for its developer only. Others run it after an approval.',
    input: UpdateRegisteredApp,
    output: RegisteredApp,
    problems: [DeveloperAppNotFound, AppSuspended, Forbidden, Conflict],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  deleteRegisteredApp: operation('Delete a registered app', {
    description: 'It is kept as `deleted`, and its id stays taken. An active app must be suspended first.',
    input: AppRef,
    output: RegisteredAppDeleted,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
};
