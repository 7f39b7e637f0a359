import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, List, Nullable, OneOf, Shape, Text } from '../fields.js';
import { Forbidden } from '../problem.js';

const SERVICE_STATES = ['ready', 'not ready', 'no answer'] as const;

@Shape('A feature that is off because settings are missing.')
export class MissingSettings {
  @Text({ description: 'The feature.', example: 'e-mail' }) feature!: string;
  @List('text', { description: 'The settings that it needs.', example: ['SMTP_URL'] }) settings!: string[];
}

@Shape('A consumer of events.')
export class ConsumerLag {
  @Text({ description: 'Its name.', example: 'kernel-billing-balanceChanged' }) name!: string;
  @Int({ description: 'Events that it has yet to consume.', example: 0 }) events!: number;
}

@Shape('How a service is, as one of its processes sees it.')
export class ServiceHealth {
  @Text({ description: 'Context of the service.', example: 'kernel' }) service!: string;
  @OneOf(SERVICE_STATES, { description: '`not ready`: it lacks Postgres, NATS or space.', example: 'ready' })
  state!: (typeof SERVICE_STATES)[number];
  @Nullable()
  @Int({ description: 'Age of the oldest event that is not sent yet, in milliseconds; null without an answer.', example: 0 })
  outbox_age_ms!: number | null;
  @List(() => ConsumerLag, { description: 'Its consumers that have events to consume.' }) consumers!: ConsumerLag[];
  @List(() => MissingSettings, { description: 'What is not configured.' }) not_configured!: MissingSettings[];
  @List('text', { description: 'What needs an operator, a sentence each.' }) warnings!: string[];
}

@Shape('How the installation is.')
export class InstallationHealth {
  @Instant({ description: 'When the services were asked.' }) checked_at!: Date;
  @List(() => ServiceHealth, { description: 'The services.' }) services!: ServiceHealth[];
}

export const installationHealthMembers = {
  getInstallationHealth: operation('Read the health of the installation', {
    description:
      'What is not ready, not configured, or falls behind. Only for administrators of the tenant `default`. The gateway asks the services.',
    input: Empty,
    output: InstallationHealth,
    problems: [Forbidden],
    scope: 'admin:system:read',
  }),
};
