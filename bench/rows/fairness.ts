// How long a member that keeps the rules waits for an answer while 20 others flood the server with commands that it
// refuses (peers: with messages that nobody receives).

import type { Row, RowGroup, Target } from "./row.ts";

const FLOODERS = 20;

function rows(plan: string, over: string): Row[] {
  const one = (key: string, title: string, unit: Row["unit"], field: string, target?: Target): Row => ({
    key: `${plan}-${key}`,
    title: `${title}, ${over}`,
    unit,
    source: { plan, step: `fairness:${FLOODERS}`, field },
    peers: { raw: undefined },
    ...(target === undefined ? {} : { target }),
  });
  return [
    one("ratio", "a bystander's p99 under the flood, over its calm p99", "ratio", "ratio", {
      of: "value",
      atMost: 12,
    }),
    one("p99", "a bystander's p99 under the flood", "us", "p99_us", { of: "value", atMost: 40_000 }),
    one("calm", "its calm p99", "us", "calm_p99_us"),
    one("p50", "a bystander's p50 under the flood", "us", "p50_us"),
  ];
}

export const FAIRNESS: RowGroup = {
  title: `Fairness: ${FLOODERS} members flood the server`,
  rows: [...rows("fairness", "plain"), ...rows("fairness-tls", "TLS")],
};
