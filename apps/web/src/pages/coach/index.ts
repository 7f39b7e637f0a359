export { CoachHome } from './coach-home.js';
