// Who learns: the switches that choose the learners, and the table of their newest values.

import * as format from "./format.js";
import {colour, dashes} from "./palette.js";

/** A learner that has not reported for longer is said to be quiet. */
const QUIET_MS = 30_000;

/** With more learners than these, there are buttons for all and for none. */
const FEW_LEARNERS = 3;

/** How a learner is, in a few words, at a time of the server's, when so many of its alerts are raised. */
export function state(learner, nowMs, raisedFor = 0) {
  if (learner.status === "LEARNER_STOPPED") {
    return `stopped: ${learner.note}`;
  }
  const quiet = nowMs - learner.reportedMs;
  const alerts = raisedFor > 0 ? `, ${format.count(raisedFor)} ${raisedFor === 1 ? "alert" : "alerts"}` : "";
  const discarded = learner.divergences > 0 ? `, ${format.count(learner.divergences)} updates discarded` : "";
  return (quiet > QUIET_MS ? `quiet for ${format.duration(quiet)}` : "learning") + discarded + alerts;
}

/** Updates a second, which a quiet learner has none of. */
export function speed(learner, nowMs) {
  const learns = learner.status !== "LEARNER_STOPPED" && nowMs - learner.reportedMs <= QUIET_MS;
  return learns ? learner.updatesPerSecond : 0;
}

/** A piece of the line that a learner with this place is drawn with. */
export function swatch(place) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 22 8");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const attributes = {x1: 1, y1: 4, x2: 21, y2: 4, stroke: colour(place), "stroke-width": 3, "stroke-linecap": "butt"};
  for (const [name, value] of Object.entries(attributes)) {
    line.setAttribute(name, value);
  }
  if (dashes(place).length) {
    line.setAttribute("stroke-dasharray", dashes(place).join(" "));
  }
  svg.append(line);
  return svg;
}

/** The switches, one for each learner. */
export class LearnerSwitches {
  #root;
  #store;
  #selection;
  #drawn = "";

  constructor(root, store, selection) {
    this.#root = root;
    this.#store = store;
    this.#selection = selection;
  }

  draw(anew = false) {
    const names = this.#store.names();
    const shown = new Set(this.#selection.shownLearners(this.#store));
    const drawn = JSON.stringify(names);
    if (anew || drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#root.replaceChildren(...names.map(name => this.#switch(name)), ...this.#buttons(names));
    }
    for (const box of this.#root.querySelectorAll("input")) {
      box.checked = shown.has(box.value);
    }
  }

  #switch(name) {
    const label = document.createElement("label");
    label.className = "learner";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = name;
    box.addEventListener("change", () => this.#selection.toggleLearner(this.#store, name, box.checked));
    const text = document.createElement("span");
    text.textContent = name;
    label.append(box, swatch(this.#store.place(name)), text);
    return label;
  }

  #buttons(names) {
    if (names.length <= FEW_LEARNERS) {
      return [];
    }
    return [["all", names], ["none", []]].map(([text, chosen]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = text;
      button.title = `Show ${text} of the learners`;
      button.addEventListener("click", () => this.#selection.chooseLearners([...chosen]));
      return button;
    });
  }
}

/** The table of the newest values, which is also the charts in words. */
export function drawNewest(table, store, selection, nowMs) {
  const metrics = selection.shownMetrics(store).map(id => store.metrics.get(id)).filter(one => one.scope !== "layer");
  const head = ["Learner", "State", "Task", "Updates", "Updates/s", "Records", ...metrics.map(metric => metric.name)];
  const rows = selection.shownLearners(store).map(name => {
    const learner = store.learners.get(name);
    return [
      name,
      state(learner, nowMs, store.health?.alerts.filter(one => one.learner === name && !one.clearedMs).length),
      format.count(learner.task),
      format.count(learner.update),
      format.value(speed(learner, nowMs)),
      format.count(learner.records),
      ...metrics.map(metric => format.value(store.newest(name, metric.id))),
    ];
  });
  const text = JSON.stringify([head, rows]);
  if (table.dataset.drawn === text) {
    return;
  }
  table.dataset.drawn = text;
  const headRow = document.createElement("tr");
  headRow.append(...head.map(title => cell("th", title, {scope: "col"})));
  const thead = document.createElement("thead");
  thead.append(headRow);
  const body = document.createElement("tbody");
  for (const row of rows) {
    const tr = document.createElement("tr");
    tr.append(...row.map((value, index) => (index === 0 ? cell("th", value, {scope: "row"}) : cell("td", value))));
    const learner = store.learners.get(row[0]);
    tr.title = `variant ${learner.variant}, stream ${learner.stream}, configuration ${learner.configHash.slice(0, 12)},`
      + ` code ${learner.codeVersion}, engine ${learner.engine}, metrics as defined in ${learner.definitions}`;
    body.append(tr);
  }
  table.replaceChildren(thead, body);
}

function cell(type, text, attributes = {}) {
  const element = document.createElement(type);
  element.textContent = text;
  Object.assign(element, attributes);
  return element;
}
