import { contract } from '../define.js';
import { accountMembers } from './account.js';
import { boardMembers } from './board.js';
import { checkInMembers } from './check-in.js';
import { personEventMembers } from './events.js';
import { healthMembers } from './health.js';
import { homeMembers } from './home.js';
import { insightMembers } from './insight.js';
import { intakeMembers } from './intake.js';
import { personMembers } from './person.js';
import { planMembers } from './plan.js';
import { questionMembers } from './question.js';
import { raceMembers } from './race.js';
import { recommendationMembers } from './recommendation.js';
import { routeSendMembers } from './route-send.js';
import { routeMembers } from './route.js';
import { sourceMembers } from './source.js';

export * from './account.js';
export * from './board.js';
export * from './check-in.js';
export * from './events.js';
export * from './geometry.js';
export * from './health.js';
export * from './home.js';
export * from './insight.js';
export * from './intake.js';
export * from './model.js';
export * from './person.js';
export * from './plan.js';
export * from './question.js';
export * from './race.js';
export * from './recommendation.js';
export * from './route-send.js';
export * from './route.js';
export * from './source.js';

export const coach = contract('coach', {
  ...accountMembers,
  ...boardMembers,
  ...checkInMembers,
  ...healthMembers,
  ...homeMembers,
  ...insightMembers,
  ...intakeMembers,
  ...personEventMembers,
  ...personMembers,
  ...planMembers,
  ...questionMembers,
  ...raceMembers,
  ...recommendationMembers,
  ...routeMembers,
  ...routeSendMembers,
  ...sourceMembers,
});
