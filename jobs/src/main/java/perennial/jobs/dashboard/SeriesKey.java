package perennial.jobs.dashboard;

/**
 * Which series of a learner.
 *
 * @param scope what the metric is measured of
 * @param metric definition id
 * @param layer name of the layer; empty for what is not measured of one
 */
record SeriesKey(Metric.Scope scope, String metric, String layer) {}
