import { Migration } from '@skep/platform';

/** The system roles of people may talk with agents. */
export class Agent1798000000009 extends Migration {
  readonly sql = `
    update role set default_scopes = default_scopes || array['agent:use']
     where is_system and name in ('user', 'developer') and not default_scopes && array['agent:use', '*'];
    update account set role_scopes = role_scopes || array['agent:use']
     where role in ('user', 'developer') and 'chat:use' = any(role_scopes) and not role_scopes && array['agent:use', '*'];`;
}
