import { schemaOf } from '@skep/contracts';
import { builtins } from '@skep/contracts/builtins';
import type { FunctionInfo, MyExtension } from '@skep/contracts/registry';

/** The built-in extensions as every user sees them. Their functions are operations, with the schemas of the operations' inputs. */
export const BUILTIN_EXTENSIONS: readonly MyExtension[] = Object.entries(builtins).map(([app_id, { name, description, functions }]) => {
  const infos = Object.entries(functions).map(([name, { operation, action_type }]): FunctionInfo => ({
    name,
    description: operation.summary,
    params_schema: schemaOf(operation.input),
    action_type,
  }));
  return {
    app_id,
    name,
    description,
    version: '1.0.0',
    icon: '',
    system: true,
    functions: infos,
    tools: infos,
    panels: [],
    is_installed: true,
    is_disabled: false,
    is_suspended: false,
    installed_at: null,
    permissions: [],
    consent_needed: false,
    new_permissions: [],
  };
});
