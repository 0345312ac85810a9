// What the server has told: who the learners are, which metrics there are, and the points of those that are shown.

const seriesKey = (learner, metric, layer) => JSON.stringify([learner, metric, layer]);

/** More points than these in a series, and the server is asked for the thinned-out past again. */
const MANY_POINTS = 6000;

export class Store {
  constructor() {
    this.learners = new Map();
    this.metrics = new Map();
    this.health = null;
    this.order = [];
    this.forgetPoints();
  }

  /** Forgets who learns and what was measured, when another history is told. */
  forget() {
    this.learners.clear();
    this.forgetPoints();
  }

  /** Forgets the points, which are all told again. */
  forgetPoints() {
    this.series = new Map();
    this.layers = new Map();
    this.crowded = false;
  }

  addMetrics(metrics) {
    for (const metric of metrics) {
      this.metrics.set(metric.id, metric);
    }
  }

  addLearners(learners) {
    for (const learner of learners) {
      this.learners.set(learner.name, learner);
    }
    // A learner keeps its place, and with it its colour.
    const fresh = learners.map(one => one.name).filter(name => !this.order.includes(name));
    this.order.push(...fresh.sort((a, b) => a.localeCompare(b, "en", {numeric: true})));
  }

  addPoints(list) {
    for (const points of list) {
      if (points.forget) {
        this.#forgetLearner(points.learner);
      } else {
        this.#append(points);
      }
    }
  }

  #forgetLearner(learner) {
    for (const [key, series] of this.series) {
      if (series.learner === learner) {
        this.series.delete(key);
      }
    }
  }

  #append({learner, metric, layer, updates, values}) {
    const key = seriesKey(learner, metric, layer);
    let series = this.series.get(key);
    if (!series) {
      series = {learner, metric, layer, updates: [], values: []};
      this.series.set(key, series);
      if (layer) {
        this.layers.set(metric, (this.layers.get(metric) ?? new Set()).add(layer));
      }
    }
    for (let i = 0; i < updates.length; i++) {
      series.updates.push(updates[i]);
      series.values.push(Number(values[i]));
    }
    this.crowded ||= series.updates.length > MANY_POINTS;
  }

  /** The points of one line, or undefined. */
  points(learner, metric, layer = "") {
    return this.series.get(seriesKey(learner, metric, layer));
  }

  /** The learner's newest value of a metric, or undefined. */
  newest(learner, metric, layer = "") {
    return this.points(learner, metric, layer)?.values.at(-1);
  }

  /** The names of the learners there are, in the order of their colours. */
  names() {
    return this.order.filter(name => this.learners.has(name));
  }

  /** The learner's place among all that were seen, which gives it its colour. */
  place(learner) {
    return this.order.indexOf(learner);
  }

  /** The layers that a metric has values of, input side first as they were reported. */
  layersOf(metric) {
    return [...(this.layers.get(metric) ?? [])];
  }
}
