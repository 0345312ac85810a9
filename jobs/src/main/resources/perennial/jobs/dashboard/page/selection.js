// What is chosen, kept in the page's address: ?learner=a&learner=b&metric=loss&log=loss&large=loss&from=100&to=500. What is not there is as usual.

/** Metrics that are shown where none is chosen, as far as somebody reports them. Any other can be chosen by hand. */
export const USUAL = [
  "loss",
  "online-accuracy",
  "task.average-online-accuracy",
  "episode-return.mean",
  "parameter-norm.l2",
  "effective-learning-rate.nap",
  "dead-units",
  "dormant-units.redo",
  "effective-rank.roy-2007",
  "srank.kumar-2021",
];

/** More learners than these are not shown unless they are chosen. */
export const USUAL_LEARNERS = 8;

/** So many metrics are shown where none of the usual ones is reported. */
const SOME = 6;

const names = values => (values.length ? [...new Set(values)] : null);

export class Selection {
  constructor(changed) {
    this.changed = changed;
    this.#read();
    addEventListener("popstate", () => {
      this.#read();
      changed();
    });
  }

  #read() {
    const query = new URLSearchParams(location.search);
    this.learners = query.has("learner") ? names(query.getAll("learner").filter(Boolean)) ?? [] : null;
    this.metrics = names(query.getAll("metric"));
    this.log = new Set(query.getAll("log"));
    this.large = new Set(query.getAll("large"));
    const from = Number(query.get("from"));
    const to = Number(query.get("to"));
    this.range = query.has("from") && query.has("to") && from < to ? [from, to] : null;
  }

  #write() {
    const query = new URLSearchParams();
    if (this.learners) {
      // With nobody chosen the key stands by itself.
      (this.learners.length ? this.learners : [""]).forEach(name => query.append("learner", name));
    }
    this.metrics?.forEach(id => query.append("metric", id));
    this.log.forEach(id => query.append("log", id));
    this.large.forEach(id => query.append("large", id));
    if (this.range) {
      query.set("from", Math.round(this.range[0]));
      query.set("to", Math.round(this.range[1]));
    }
    const text = query.toString();
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
    this.changed();
  }

  /** The names of the learners to show, of those there are. */
  shownLearners(store) {
    const known = store.names();
    return this.learners ? known.filter(name => this.learners.includes(name)) : known.slice(0, USUAL_LEARNERS);
  }

  /** The ids of the metrics to show, of those there are. */
  shownMetrics(store) {
    if (this.metrics) {
      return this.metrics.filter(id => store.metrics.has(id));
    }
    const usual = USUAL.filter(id => store.metrics.has(id));
    return usual.length
      ? usual
      : [...store.metrics.values()]
          .filter(metric => metric.scope === "learner")
          .slice(0, SOME)
          .map(metric => metric.id);
  }

  toggleLearner(store, name, shown) {
    const chosen = new Set(this.shownLearners(store));
    shown ? chosen.add(name) : chosen.delete(name);
    this.chooseLearners(store.names().filter(one => chosen.has(one)));
  }

  /** Shows these learners; null for the usual ones. */
  chooseLearners(learners) {
    this.learners = learners;
    this.#write();
  }

  /** @param after the metric to stand behind; where it is not given, at the end */
  toggleMetric(store, id, shown, after) {
    const chosen = this.shownMetrics(store).filter(one => one !== id);
    if (shown) {
      const place = after ? chosen.indexOf(after) + 1 : chosen.length;
      chosen.splice(place, 0, id);
    }
    this.chooseMetrics(chosen);
  }

  /** Shows these metrics; null for the usual ones. */
  chooseMetrics(metrics) {
    this.metrics = metrics && metrics.length ? metrics : null;
    this.#write();
  }

  toggleLog(id) {
    this.log.has(id) ? this.log.delete(id) : this.log.add(id);
    this.#write();
  }

  toggleLarge(id) {
    this.large.has(id) ? this.large.delete(id) : this.large.add(id);
    this.#write();
  }

  /** Shows the updates of [from, to]; null for all. */
  zoom(range) {
    this.range = range && range[1] > range[0] ? range : null;
    this.#write();
  }
}
