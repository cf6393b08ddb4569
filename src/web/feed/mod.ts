// The live data of the page.

export type {
  Activity,
  ActivityClient,
  Changes,
  ChartPoint,
  Figures,
  PageAction,
  PageError,
  PageEvents,
  PageFailure,
  PageMember,
  PageSession,
  PageWaiting,
  Snapshot,
} from "./page_messages.ts";
