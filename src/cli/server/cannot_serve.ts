// What stands in the way of serving: one sentence for the operator.

export class CannotServe extends Error {
  override readonly name = "CannotServe";
}
