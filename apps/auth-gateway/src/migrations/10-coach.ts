import { Migration } from '@skep/platform';

/** The system roles of people may be coached. */
export class Coach1798300000010 extends Migration {
  readonly sql = `
    update role set default_scopes = default_scopes || array['coach:use']
     where is_system and name in ('user', 'developer') and not default_scopes && array['coach:use', '*'];
    update account set role_scopes = role_scopes || array['coach:use']
     where role in ('user', 'developer') and 'chat:use' = any(role_scopes) and not role_scopes && array['coach:use', '*'];`;
}
