/** Why there is no release: something that the maker can change. Its message is shown without a stack trace. */
export class ReleaseError extends Error {
  override name = "ReleaseError";
}
