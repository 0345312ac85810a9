// The page: what the server tells goes into the store, what is chosen into the selection, and both are drawn.

import {AlertList} from "./alerts.js";
import {Board} from "./charts.js";
import {Chooser} from "./chooser.js";
import {saveCsv, savePng} from "./download.js";
import * as format from "./format.js";
import {LearnerSwitches, drawNewest} from "./learners.js";
import {chooseTheme, chosenTheme, onSystemTheme, variable} from "./palette.js";
import {Selection, USUAL} from "./selection.js";
import {Store} from "./store.js";
import {Stream} from "./stream.js";
import {drawTiles} from "./tiles.js";

const {Chart} = globalThis;
const $ = id => document.getElementById(id);

/** The charts are drawn no more often than this. */
const DRAW_MS = 200;

const store = new Store();
const selection = new Selection(() => {
  subscribe();
  draw();
});
const board = new Board($("charts"), store, selection);
const switches = new LearnerSwitches($("learners"), store, selection);
const alerts = new AlertList($("alerts"));
const chooser = new Chooser(store, selection);

let connected = false;
let paused = false;
let subscribed = null;
let epoch = "";
let job = "";
let drawing = 0;

const stream = new Stream({
  connected(yes) {
    connected = yes;
    drawState();
  },
  hello(hello) {
    if (hello.epoch !== epoch) {
      epoch = hello.epoch;
      store.forget();
    } else if (hello.anew) {
      store.forgetPoints();
    }
    job = hello.job;
    document.title = `${job} – Perennial`;
    $("what").textContent = `${job} · ${hello.topic} at ${hello.address}`;
    if (!store.order.length) {
      store.order.push(...hello.learners);
    }
  },
  metrics({metrics}) {
    store.addMetrics(metrics);
    subscribe();
    later();
  },
  learners({learners}) {
    store.addLearners(learners);
    subscribe();
    later();
  },
  points({series}) {
    store.addPoints(series);
    if (store.crowded) {
      subscribe(true);
    }
    later();
  },
  health(health) {
    store.health = health;
    drawHealth();
    later();
  },
});

/** Asks the server for what is shown, where that is not what it was asked for. */
function subscribe(anew = false) {
  const query = new URLSearchParams();
  const shown = selection.shownLearners(store);
  // Without a name all learners are told of, those too that are still to come.
  if (selection.learners || store.names().length > shown.length) {
    (shown.length ? shown : [""]).forEach(name => query.append("learner", name));
  }
  if (store.learners.size) {
    // The usual ones are asked for before anybody reports them.
    [...new Set([...selection.shownMetrics(store), ...(selection.metrics ?? USUAL)])].forEach(id =>
      query.append("metric", id));
  }
  store.crowded = false;
  if (anew || query.toString() !== subscribed) {
    subscribed = query.toString();
    stream.open(subscribed);
  }
}

/** Draws soon, and once for all that comes until then. */
function later() {
  if (!drawing) {
    drawing = setTimeout(() => {
      drawing = 0;
      draw();
    }, DRAW_MS);
  }
}

function draw() {
  switches.draw();
  chooser.draw();
  drawState();
  $("waiting").hidden = store.learners.size > 0;
  if (!paused) {
    board.draw();
    document.querySelector(".newest").hidden = store.learners.size === 0;
    drawNewest($("newest"), store, selection, store.health?.nowMs ?? Date.now());
  }
}

function drawState() {
  const trouble = store.health?.trouble;
  const [state, text] = !connected
    ? ["lost", "connection lost, trying again …"]
    : trouble
      ? ["trouble", "Kafka trouble"]
      : paused
        ? ["paused", "paused"]
        : ["live", "live"];
  $("state").dataset.state = state;
  // Said again, it would be read aloud again.
  if ($("state").textContent !== text) {
    $("state").textContent = text;
  }
  const message = connected
    ? trouble || Object.values(store.health?.missing ?? {}).filter(Boolean).join("\n")
    : "The server of this page does not answer. It is asked again and again; if the job or the dashboard was ended, start it again.";
  $("trouble").hidden = !message;
  if ($("trouble").textContent !== (message ?? "")) {
    $("trouble").textContent = message ?? "";
  }
}

function drawHealth() {
  const {health} = store;
  drawTiles($("tiles"), store);
  alerts.draw(store);
  drawState();
  const {records, unreadable, unreadableExample, leftOut} = health;
  $("reading").textContent =
    `${format.count(records)} records read from the metrics topic` +
    (unreadable ? `; ${format.count(unreadable)} could not be read, the newest: ${unreadableExample}` : "") +
    (leftOut ? `; ${format.count(leftOut)} values left out, since there are too many series to keep` : "") +
    ".";
  document.querySelector(".letters").hidden = !health.newestDeadLetters.length;
  $("letters").replaceChildren(
    ...health.newestDeadLetters.map(({place, reason, error}) => {
      const item = document.createElement("li");
      const where = document.createElement("code");
      where.textContent = place;
      item.append(where, ` ${reason.toLowerCase().replaceAll("_", " ")}: ${error}`);
      return item;
    }));
}

/** Moves the updates shown by a part of their width, or makes them fewer or more. */
function zoom(shift, factor) {
  const extent = board.extent();
  const [from, to] = selection.range ?? extent;
  const middle = (from + to) / 2 + shift * (to - from);
  const half = ((to - from) * factor) / 2;
  const range = [Math.max(extent[0], middle - half), Math.min(Math.max(extent[1], to), middle + half)];
  selection.zoom(range[0] <= extent[0] && range[1] >= extent[1] ? null : range);
}

function recolour() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 11.5;
  Chart.defaults.color = variable("muted");
  switches.draw(true);
  if (store.health) {
    alerts.draw(store, true);
  }
  board.recolour();
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", paused);
  $("pause").textContent = paused ? "Resume" : "Pause";
  draw();
});
$("earlier").addEventListener("click", () => zoom(-0.5, 1));
$("later").addEventListener("click", () => zoom(0.5, 1));
$("zoom-in").addEventListener("click", () => zoom(0, 0.5));
$("zoom-out").addEventListener("click", () => zoom(0, 2));
$("all").addEventListener("click", () => selection.zoom(null));
$("csv").addEventListener("click", () => saveCsv(store, selection, board.panels));
$("png").addEventListener("click", () => savePng(store, selection, board.panels, job));
$("theme").addEventListener("change", () => {
  chooseTheme($("theme").value);
  recolour();
});
onSystemTheme(recolour);
document.addEventListener("visibilitychange", () => stream.rest(document.hidden));

$("theme").value = chosenTheme();
chooseTheme(chosenTheme());
recolour();
subscribe();
