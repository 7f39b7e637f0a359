export { ForgotPassword } from './forgot-password.js';
export { SignIn } from './sign-in.js';
export { SignedIn } from './signed-in.js';
export { SignUp } from './sign-up.js';
