import { problem } from '../problem.js';

export const ModelFailed = problem('model_failed', 502, 'The language model gave no usable answer. Try again.');
export const CoachBudgetExceeded = problem('coach_budget_exceeded', 429, 'What your tenant pays for your coach in this month is used up.');
