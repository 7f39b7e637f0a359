import type { Page } from '@skep/contracts';
import {
  type ActivateUserEvent,
  type ActiveUserEvent,
  type AddUserEvent,
  coach,
  type ListUserEventHistory,
  type ListUserEvents,
  type UpdateUserEvent,
  type UserEvent,
  type UserEventPage,
  type UserEventRef,
} from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { UserEventRepository } from './user-event.repository.js';

@Handlers()
export class UserEventHandlers {
  constructor(private readonly plans: UserEventRepository) {}

  @Handle(coach.listUserEvents)
  async listUserEvents(ctx: Ctx, { status, ...paging }: ListUserEvents) {
    return toPage(await this.plans.list(ctx, status, paging));
  }

  @Handle(coach.listUserEventHistory)
  async listUserEventHistory(ctx: Ctx, paging: ListUserEventHistory) {
    return toPage(await this.plans.listOver(ctx, paging));
  }

  @Handle(coach.addUserEvent)
  addUserEvent(ctx: Ctx, input: AddUserEvent) {
    return this.plans.add(ctx, input);
  }

  @Handle(coach.getActiveUserEvent)
  async getActiveUserEvent(ctx: Ctx): Promise<ActiveUserEvent> {
    return { active: (await this.plans.findActive(ctx)) ?? null };
  }

  @Handle(coach.activateUserEvent)
  activateUserEvent(ctx: Ctx, { user_event_id }: ActivateUserEvent) {
    return this.plans.activate(ctx, user_event_id);
  }

  @Handle(coach.deactivateUserEvent)
  async deactivateUserEvent(ctx: Ctx) {
    await this.plans.deactivate(ctx);
    return {};
  }

  @Handle(coach.updateUserEvent)
  updateUserEvent(ctx: Ctx, input: UpdateUserEvent) {
    return this.plans.update(ctx, input);
  }

  @Handle(coach.removeUserEvent)
  async removeUserEvent(ctx: Ctx, { id }: UserEventRef) {
    await this.plans.remove(ctx, id);
    return {};
  }
}

const toPage = ({ rows, has_more, cursorAt }: Page<UserEvent>): UserEventPage => ({
  items: rows,
  next_cursor: has_more ? cursorAt!(rows.length - 1) : null,
});
