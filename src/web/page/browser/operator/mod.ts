// Logging in, and acting as the operator.

export { evict, startOperatorMenu } from "./operator_actions.ts";
export { askToLogIn } from "./log_in.ts";
