// The charts of the last hour.

export { ChartView } from "./chart_view.ts";
