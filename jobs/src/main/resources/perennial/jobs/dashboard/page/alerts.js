// What somebody should look at: the alerts that are raised, and those that were cleared last, as a job that watches the metrics wrote them.

import * as format from "./format.js";
import {swatch} from "./learners.js";

/** More than these are counted only. */
const SHOWN = 8;

/** Cleared for longer than this, an alert is no news. */
const NEWS_MS = 10 * 60_000;

/** Draws them into a section, which is not there where there are none. */
export function drawAlerts(root, store) {
  const {alerts, nowMs} = store.health;
  const told = alerts.filter(alert => !alert.clearedMs || nowMs - alert.clearedMs < NEWS_MS);
  root.hidden = told.length === 0;
  const items = told.slice(0, SHOWN).map(alert => [alert, sentence(alert, nowMs)]);
  const rest = told.length - items.length;
  const drawn = JSON.stringify([items.map(([{learner, rule}, text]) => [learner, rule, text]), rest]);
  if (root.dataset.drawn === drawn) {
    return;
  }
  root.dataset.drawn = drawn;
  const list = root.querySelector("ul");
  list.replaceChildren(...items.map(([alert, text]) => item(alert, text, store)));
  if (rest > 0) {
    const more = document.createElement("li");
    more.className = "more";
    more.textContent = `and ${format.count(rest)} more: perennial metrics tail --topic alerts shows all`;
    list.append(more);
  }
}

/** What is wrong, since when, and how far from the limit. */
function sentence({message, update, sinceUpdate, task, value, limit, raisedMs, clearedMs}, nowMs) {
  const numbers =
    value === undefined
      ? ""
      : `value ${format.value(Number(value))}${limit === undefined ? "" : `, limit ${format.value(Number(limit))}`}`;
  const place = clearedMs
    ? `cleared at update ${format.count(update)}, ${format.duration(nowMs - clearedMs)} ago`
    : `since update ${format.count(sinceUpdate)} (task ${format.count(task)}), ${format.duration(nowMs - raisedMs)} ago`;
  return [message, [numbers, place].filter(Boolean).join(" · ")];
}

function item({learner, rule, clearedMs}, [message, details], store) {
  const element = document.createElement("li");
  element.dataset.learner = learner;
  element.dataset.rule = rule;
  element.dataset.state = clearedMs ? "cleared" : "raised";
  const head = document.createElement("p");
  const state = document.createElement("span");
  state.className = "badge";
  state.textContent = clearedMs ? "cleared" : "raised";
  const who = document.createElement("strong");
  who.textContent = learner;
  const what = document.createElement("code");
  what.textContent = rule;
  head.append(state, ...(store.place(learner) < 0 ? [] : [swatch(store.place(learner))]), who, what);
  const text = document.createElement("p");
  text.textContent = message;
  text.hidden = !message;
  const small = document.createElement("p");
  small.className = "muted";
  small.textContent = details;
  element.append(head, text, small);
  return element;
}
