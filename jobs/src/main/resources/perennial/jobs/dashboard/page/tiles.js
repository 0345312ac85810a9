// How it stands with what surrounds the learners: a few numbers, each with its recent past.

import * as format from "./format.js";
import {speed} from "./learners.js";

/** Samples of the recent past, two seconds apart. */
const SAMPLES = 90;

/** Fewer of them make no line. */
const FEW_SAMPLES = 4;

const past = new Map();

/** The tiles as {key, title, text, note, alarm, sample}; what cannot be known says why. */
function tiles(store) {
  const {health} = store;
  const now = health.nowMs;
  const total = [...store.learners.values()].reduce((sum, learner) => sum + speed(learner, now), 0);
  return [
    {key: "speed", title: "Updates per second", text: format.value(Math.round(total * 10) / 10),
      note: `${format.count(store.learners.size)} learners`, sample: total},
    lag(health),
    deadLetters(health),
    policies(store, health),
    checkpoint(health),
    alerts(health),
  ];
}

/** A tile of what cannot be shown; why not stands at the head of the page. */
const missing = (tile) => ({...tile, text: "–", note: "cannot be read, see above", alarm: true});

function lag({lag, missing: {lag: why}}) {
  const tile = {key: "lag", title: "Consumer lag", sample: lag};
  if (why) {
    return missing(tile);
  }
  return lag === null
    ? {...tile, text: "–", note: "no offsets committed yet"}
    : {...tile, text: format.compact(lag), note: "events, at the last checkpoint"};
}

function deadLetters({deadLetters, missing: {deadLetters: why}}) {
  const tile = {key: "letters", title: "Dead letters"};
  if (why) {
    return missing(tile);
  }
  return {...tile, text: format.count(deadLetters),
    note: deadLetters ? "listed below" : "none", alarm: deadLetters > 0, sample: deadLetters};
}

function policies(store, {policies, nowMs, missing: {policies: why}}) {
  const tile = {key: "policy", title: "Policy age"};
  if (why) {
    return missing(tile);
  }
  if (!policies.length) {
    return {...tile, text: "–", note: "no policies published"};
  }
  const oldest = policies.reduce((a, b) => (a.publishedMs < b.publishedMs ? a : b));
  const age = nowMs - oldest.publishedMs;
  const behind = (store.learners.get(oldest.learner)?.update ?? oldest.version) - oldest.version;
  const note = behind > 0 ? `${oldest.learner}, ${format.compact(behind)} updates behind` : oldest.learner;
  return {...tile, text: format.duration(age), note, sample: age};
}

function checkpoint({checkpoint, nowMs}) {
  const tile = {key: "checkpoint", title: "Checkpoint age"};
  if (!checkpoint.known) {
    return {...tile, text: "–", note: "give --flink to know it"};
  }
  if (checkpoint.completedMs === null) {
    return {...tile, text: "–", note: checkpoint.trouble || "none completed yet"};
  }
  const age = nowMs - checkpoint.completedMs;
  return {...tile, text: format.duration(age), note: "since it was completed", sample: age};
}

function alerts(health) {
  const raised = health.alerts.filter(alert => !alert.clearedMs);
  const tile = {key: "alerts", title: "Alerts"};
  if (!health.alertsTold) {
    return {...tile, text: "–", note: "none on their topic"};
  }
  return {...tile, text: format.count(raised.length), alarm: raised.length > 0, sample: raised.length,
    note: raised.length ? "raised, listed below" : "none raised"};
}

/** Draws the tiles into a list of definitions. */
export function drawTiles(root, store) {
  const shown = tiles(store);
  if (root.children.length !== shown.length) {
    root.replaceChildren(...shown.map(create));
  }
  shown.forEach((tile, index) => update(root.children[index], tile));
}

function create({key, title}) {
  const element = document.createElement("div");
  element.className = "tile";
  element.dataset.tile = key;
  const name = document.createElement("dt");
  name.textContent = title;
  const text = document.createElement("dd");
  text.className = "number";
  const note = document.createElement("dd");
  note.className = "note";
  const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  line.setAttribute("viewBox", "0 0 100 24");
  line.setAttribute("preserveAspectRatio", "none");
  line.setAttribute("aria-hidden", "true");
  line.append(document.createElementNS("http://www.w3.org/2000/svg", "polyline"));
  element.append(name, text, note, line);
  return element;
}

function update(element, {key, text, note, alarm, sample}) {
  const [, number, noted, line] = element.children;
  number.textContent = text;
  noted.textContent = note;
  noted.title = note;
  element.classList.toggle("alarm", Boolean(alarm));
  const samples = past.get(key) ?? [];
  past.set(key, samples);
  if (Number.isFinite(sample)) {
    samples.push(sample);
    samples.splice(0, samples.length - SAMPLES);
  }
  const most = Math.max(...samples, 1e-9);
  line.firstChild.setAttribute(
    "points",
    samples.length < FEW_SAMPLES
      ? ""
      : samples.map((one, i) => `${(i * 100) / (samples.length - 1)},${23 - (one / most) * 21}`).join(" "));
}
