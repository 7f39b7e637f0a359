import { problem } from '../problem.js';

export const PaymentMethodNotFound = problem('payment_method_not_found', 404, 'There is no such payment method.');
