// The configuration of a NATS server with one user, and what that user may do.

export const LOGIN = { user: "rank", password: "secret" };

export function withUser(password: string, permissions = ""): string {
  return `authorization { users = [ { user: "rank", password: "${password}"${
    permissions && `, ${permissions}`
  } } ] }`;
}

/** What docs say a ranking needs, and no more. */
export function permissions(publishedToo: readonly string[] = [], isTailAllowed = true): string {
  const requests = ["STREAM.INFO", "STREAM.CREATE", "STREAM.PURGE", "STREAM.MSG.GET", "DIRECT.GET"];
  const api = requests.flatMap((
    request,
  ) => [`$JS.API.${request}.RANK_test`, `$JS.API.${request}.RANKSNAP_test`]);
  const publish = ["rank.test.log", "rank.test.snap.>", ...api, ...publishedToo];
  const subscribe = [...isTailAllowed ? ["rank.test.tail"] : [], "_INBOX.>"];
  return `permissions: { publish: ${JSON.stringify(publish)}, subscribe: ${JSON.stringify(subscribe)} }`;
}
