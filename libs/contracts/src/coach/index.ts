import { contract } from '../define.js';
import { boardMembers } from './board.js';
import { checkInMembers } from './check-in.js';
import { personEventMembers } from './events.js';
import { homeMembers } from './home.js';
import { personMembers } from './person.js';
import { planMembers } from './plan.js';
import { raceMembers } from './race.js';
import { routeMembers } from './route.js';
import { sourceMembers } from './source.js';

export * from './board.js';
export * from './check-in.js';
export * from './events.js';
export * from './geometry.js';
export * from './home.js';
export * from './model.js';
export * from './person.js';
export * from './plan.js';
export * from './race.js';
export * from './route.js';
export * from './source.js';

export const coach = contract('coach', {
  ...boardMembers,
  ...checkInMembers,
  ...homeMembers,
  ...personEventMembers,
  ...personMembers,
  ...planMembers,
  ...raceMembers,
  ...routeMembers,
  ...sourceMembers,
});
