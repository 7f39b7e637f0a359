import { Bool, List, OneOf, Optional, Shape, Text } from '../fields.js';

@Shape('A secret that an app asks for.')
export class SecretUse {
  @Text({ description: 'Name of the secret.', example: 'api_token' }) name!: string;
  @Text({ description: 'What it is for, as the developer states it.', example: 'The token of your account.' }) description!: string;
  @OneOf(['user', 'app'], { description: 'Whose secret it is: one of each user, or one of the developer for all.' }) scope!: string;
}

@Shape('An outside account that an app can use once its user connects it.')
export class ConnectionUse {
  @Text({ description: 'Provider of the account.', example: 'google' }) provider!: string;
  @List('text', { description: 'What the app asks of the provider.', example: ['email'] }) scopes!: string[];
}

@Shape('An address at which other parties start an app.')
export class WebhookUse {
  @Text({ description: 'Path below that of the app.', example: '/hook' }) path!: string;
  @Text({ description: 'HTTP method.', example: 'POST' }) method!: string;
}

@Shape('A set time at which an app runs.')
export class ScheduleUse {
  @Text({ description: 'Name of the schedule.', example: 'digest' }) name!: string;
  @Text({ description: 'When it runs, as cron fields in UTC.', example: '0 9 * * *' }) cron!: string;
}

@Shape('What an app may do, computed from its release and its manifest.')
export class Capabilities {
  @List('text', { description: 'Functions that only read.', example: ['list_links'] }) reads!: string[];
  @List('text', { description: 'Functions that change data, and those that do not state what they do.', example: ['save_link'] })
  writes!: string[];
  @List('text', { description: 'Functions that delete or overwrite data.', example: ['remove_link'] }) destructive!: string[];
  @Bool({ description: 'True if it uses language models.', example: false }) models!: boolean;
  @Bool({ description: 'True if it calls functions of other apps.', example: false }) other_apps!: boolean;
  @Optional()
  @List('text', {
    description:
      'Hosts of the servers that run its functions, and get their params. Absent for an app whose release is older than this field.',
    example: ['orders.example.com'],
  })
  hosts?: string[];
  @List(() => SecretUse, { description: 'Secrets that it asks for.' }) secrets!: SecretUse[];
  @List(() => ConnectionUse, { description: 'Outside accounts that it can use.' }) connections!: ConnectionUse[];
  @List(() => WebhookUse, { description: 'Addresses at which other parties start it.' }) webhooks!: WebhookUse[];
  @List(() => ScheduleUse, { description: 'Set times at which it runs.' }) schedules!: ScheduleUse[];
}
