// Metrics and health of a server, for Prometheus and load balancers.

export { type MeasuredServer, Metrics, type MetricsOptions } from "./metrics.ts";
export { METRICS_CONTENT_TYPE } from "./metrics_text.ts";
export { type ProcessFigures, readProcess } from "./process_figures.ts";
export { ALIVE, type HealthAnswer, readiness } from "./readiness.ts";
export { type MetricsSource, renderMetrics } from "./render_metrics.ts";
