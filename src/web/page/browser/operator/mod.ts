// Signing in, and acting as the operator.

export { evict, startOperatorMenu } from "./operator_actions.ts";
export { askToSignIn } from "./sign_in.ts";
