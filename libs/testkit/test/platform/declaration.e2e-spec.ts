import { type Broadcast, broadcast, contract, Empty, event, operation } from '@skep/contracts';
import { Aggregate, Bus, connectNats, type Ctx, declarationOf, Handle, Handlers, OnEvent, openLog, ServiceConfig } from '@skep/platform';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { asAnonymous, type Infrastructure, startInfrastructure } from '../../src/index.js';

const own = contract('own', { answer: operation('', { input: Empty, output: Empty }), happened: event(Empty), told: broadcast(Empty) });
const other = contract('other', {
  declared: operation('', { input: Empty, output: Empty }),
  undeclared: operation('', { input: Empty, output: Empty }),
  changed: event(Empty),
  moved: event(Empty),
  told: broadcast(Empty),
});

@Handlers()
class OwnHandlers {
  @Handle(own.answer)
  answer() {
    return {};
  }

  @OnEvent(other.changed)
  changed(_: Ctx, __: Empty) {
    return undefined;
  }
}
@Aggregate({ calls: [other.declared], listens: [other.told] })
class BaseModule {}
@Aggregate({ imports: [BaseModule], handlers: [OwnHandlers], calls: [other.declared], outgoing: ['Stripe'] })
class OwnModule {}
class Undeclared {}

@Handlers()
class AgainHandlers {
  @OnEvent(other.changed, { idempotent: true })
  changed(_: Ctx, __: Empty) {
    return undefined;
  }
}
@Aggregate({ handlers: [AgainHandlers] })
class AgainModule {}

const service = { name: 'own', contract: own, config: ServiceConfig, modules: [OwnModule] };
let infra: Infrastructure;
let bus: Bus;

beforeAll(async () => {
  infra = await startInfrastructure();
  const connection = await connectNats('own', infra.nats.user('operator'), openLog('own', 'silent'));
  bus = new Bus(connection, 'operator', { declaration: declarationOf(service) });
});
afterAll(async () => {
  await bus?.close();
  await infra?.close();
});

it('a declaration is the union of the aggregates, those that they import included', () => {
  expect(declarationOf(service)).toMatchObject({
    name: 'own',
    context: 'own',
    calls: [other.declared],
    listens: [other.told],
    consumes: [other.changed],
    publishes: [own.happened, own.told],
    outgoing: ['Stripe'],
  });
  expect(() => declarationOf({ ...service, modules: [Undeclared] })).toThrow('Undeclared has no @Aggregate()');
});

it('the handlers of one event are all idempotent, or none, as they share a consumer', () => {
  expect(() => declarationOf({ ...service, modules: [AgainModule] })).not.toThrow();
  expect(() => declarationOf({ ...service, modules: [OwnModule, AgainModule] })).toThrow(
    'own: of the handlers of event.other.changed all must be idempotent, or none',
  );
});

it('the bus calls what is declared, and refuses other operations with what to do', async () => {
  await expect(bus.call(other.declared, asAnonymous(), {})).rejects.toMatchObject({ body: { code: 'unavailable' } });
  await expect(bus.call(other.undeclared, asAnonymous(), {})).rejects.toThrow(
    'own may not call op.other.undeclared: add it to `calls` of an aggregate, then run npm run generate',
  );
});

it('the bus subscribes to what is declared, and refuses other events and broadcasts', () => {
  expect(() => bus.subscribe(other.told, () => undefined)).not.toThrow();
  for (const source of [other.moved, own.told]) expect(() => bus.subscribe(source, () => undefined)).toThrow(/^own may not subscribe to /);
});

it('the bus broadcasts messages of the own contract only', () => {
  expect(() => bus.broadcast(own.told, {})).not.toThrow();
  const theirs: Broadcast<Empty> = other.told;
  expect(() => bus.broadcast(theirs, {})).toThrow('own may not publish broadcast.other.told: it belongs to another context');
});
