import { type NatsOptions, Transport } from '@nestjs/microservices';

/** How the two processes reach each other. */
export const transport = (): NatsOptions => ({
  transport: Transport.NATS,
  options: {
    servers: [process.env['NATS_URL'] ?? ''],
    user: process.env['NATS_USER'],
    pass: process.env['NATS_PASSWORD'],
    queue: 'book-billing',
  },
});
