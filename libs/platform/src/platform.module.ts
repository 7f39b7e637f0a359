import { type DynamicModule, Module } from '@nestjs/common';

/** What every part of a process may inject: its configuration, `Bus`, `Metrics` and `LOG`; in a service `Database` and `Outbox` too. */
@Module({})
export class PlatformModule {
  static with(values: [token: unknown, value: unknown][]): DynamicModule {
    const providers = values.map(([provide, useValue]) => ({ provide: provide as symbol, useValue }));
    return { module: PlatformModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
