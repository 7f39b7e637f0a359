// A gateway as in the manuals: Nest on Express, passport with a PEM, a ValidationPipe, a ClientProxy over NATS.
import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule } from '@nestjs/microservices';
import { PassportModule } from '@nestjs/passport';
import { BalanceController } from './balance.controller.js';
import { JwtStrategy } from './jwt.strategy.js';
import { transport } from './transport.js';

@Module({
  imports: [PassportModule, ClientsModule.register([{ name: 'BILLING', ...transport() }])],
  controllers: [BalanceController],
  providers: [JwtStrategy],
})
class GatewayModule {}

const app = await NestFactory.create(GatewayModule, { logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe());
await app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit()).send?.('ready');
