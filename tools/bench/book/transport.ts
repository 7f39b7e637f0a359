import { type NatsOptions, Transport } from '@nestjs/microservices';

/** The transport between the two processes. */
export const transport = (): NatsOptions => ({
  transport: Transport.NATS,
  options: {
    servers: [process.env['NATS_URL'] ?? ''],
    user: process.env['NATS_USER'],
    pass: process.env['NATS_PASSWORD'],
    queue: 'book-billing',
  },
});
