// What stands in the way of serving: one sentence for the operator.

export class StartupError extends Error {
  override readonly name = "StartupError";
}
