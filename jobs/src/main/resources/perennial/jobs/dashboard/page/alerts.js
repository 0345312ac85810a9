// What somebody should look at: the alerts that are raised, and those that were cleared last, as a job that watches the metrics wrote them.

import * as format from "./format.js";
import {swatch} from "./learners.js";

/** More than these are counted only. */
const SHOWN = 8;

/** Cleared for longer than this, an alert is no news. */
const NEWS_MS = 10 * 60_000;

/** The alerts, in a section that is not there where there are none. */
export class AlertList {
  #root;
  #list;
  #more = document.createElement("li");
  #items = new Map();

  constructor(root) {
    this.#root = root;
    this.#list = root.querySelector("ul");
    this.#more.className = "more";
  }

  draw(store, anew = false) {
    const {alerts, nowMs} = store.health;
    const told = alerts.filter(alert => !alert.clearedMs || nowMs - alert.clearedMs < NEWS_MS);
    this.#root.hidden = told.length === 0;
    const before = anew ? new Map() : this.#items;
    this.#items = new Map();
    for (const alert of told.slice(0, SHOWN)) {
      const {learner, rule, raisedMs, clearedMs} = alert;
      // The learner's line is drawn once its place is known.
      const key = JSON.stringify([learner, rule, raisedMs, clearedMs, store.place(learner)]);
      const item = before.get(key) ?? create(alert, store);
      update(item, alert, nowMs);
      this.#items.set(key, item);
    }
    const rest = told.length - this.#items.size;
    write(this.#more, `and ${format.count(rest)} more: perennial metrics tail --topic alerts shows all`);
    const wanted = [...this.#items.values(), ...(rest > 0 ? [this.#more] : [])];
    // What stands there already is left alone, so that its text can be selected.
    if (wanted.length !== this.#list.children.length || wanted.some((item, i) => item !== this.#list.children[i])) {
      this.#list.replaceChildren(...wanted);
    }
  }
}

function create({learner, rule, clearedMs}, store) {
  const element = document.createElement("li");
  element.dataset.learner = learner;
  element.dataset.rule = rule;
  element.dataset.state = clearedMs ? "cleared" : "raised";
  const head = document.createElement("p");
  const state = document.createElement("span");
  state.className = "badge";
  state.textContent = element.dataset.state;
  const who = document.createElement("strong");
  who.textContent = learner;
  const what = document.createElement("code");
  what.textContent = rule;
  head.append(state, ...(store.place(learner) < 0 ? [] : [swatch(store.place(learner))]), who, what);
  const details = document.createElement("p");
  details.className = "muted";
  element.append(head, document.createElement("p"), details);
  return element;
}

function update(element, alert, nowMs) {
  const [, message, details] = element.children;
  write(message, alert.message);
  message.hidden = !alert.message;
  write(details, sentence(alert, nowMs));
}

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** How far from the limit, and since when. */
function sentence({update, sinceUpdate, task, value, limit, raisedMs, clearedMs}, nowMs) {
  const numbers =
    value === undefined
      ? ""
      : `value ${format.value(Number(value))}${limit === undefined ? "" : `, limit ${format.value(Number(limit))}`}`;
  const place = clearedMs
    ? `cleared at update ${format.count(update)}, ${format.duration(nowMs - clearedMs)} ago`
    : `since update ${format.count(sinceUpdate)} (task ${format.count(task)}), ${format.duration(nowMs - raisedMs)} ago`;
  return [numbers, place].filter(Boolean).join(" · ");
}
