// The charts: one for each metric shown, and for each layer of a metric of layers. Drawn by Chart.js on canvases.

import * as format from "./format.js";
import {colour, dashes, variable} from "./palette.js";

const {Chart} = globalThis;

/** With fewer points than these, each is marked. */
const FEW_POINTS = 40;

/** Boundaries of tasks nearer to one another than this are not all drawn, and not all named. */
const BOUNDARY_PX = 7;
const BOUNDARY_NAME_PX = 58;

/** An axis begins with 0 where the first point is no further from it than this part of its length. */
const NEAR_ZERO = 0.2;

/** A drag that is shorter is a click. */
const DRAG_PX = 6;

/** Of each line the point nearest to the pointer, whatever updates the lines have points at. */
Chart.Interaction.modes.nearestOfEach = (chart, event) => {
  const update = chart.scales.x.getValueForPixel(event.x);
  const items = [];
  chart.data.datasets.forEach((dataset, datasetIndex) => {
    const index = nearest(dataset.data, update);
    const element = chart.getDatasetMeta(datasetIndex).data[index];
    if (element && !element.skip) {
      items.push({element, datasetIndex, index});
    }
  });
  return items;
};

function nearest(points, x) {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    points[middle].x < x ? (low = middle + 1) : (high = middle);
  }
  return low > 0 && x - points[low - 1].x < points[low].x - x ? low - 1 : low;
}

/** Where tasks begin, as thin lines behind the data. */
const taskBoundaries = {
  id: "taskBoundaries",
  beforeDatasetsDraw(chart) {
    const {ctx, chartArea, scales} = chart;
    let lastLine = -Infinity;
    let lastName = -Infinity;
    ctx.save();
    ctx.font = `10px ${Chart.defaults.font.family}`;
    ctx.fillStyle = variable("muted");
    ctx.strokeStyle = variable("boundary");
    ctx.lineWidth = 1;
    for (const [task, update] of chart.boundaries ?? []) {
      const x = Math.round(scales.x.getPixelForValue(update)) + 0.5;
      if (x < chartArea.left || x > chartArea.right || x - lastLine < BOUNDARY_PX) {
        continue;
      }
      lastLine = x;
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      const name = `task ${task}`;
      if (x - lastName >= BOUNDARY_NAME_PX && x + ctx.measureText(name).width < chartArea.right) {
        lastName = x;
        ctx.fillText(name, x - 1, chartArea.top - 4);
      }
    }
    ctx.restore();
  },
};

/** The update that the pointer is at in one chart, as a line in all; and the part that is dragged over. */
const crosshair = board => ({
  id: "crosshair",
  afterDatasetsDraw(chart) {
    const {ctx, chartArea, scales} = chart;
    const {hovered, dragged} = board;
    ctx.save();
    if (dragged && dragged.chart === chart) {
      const [from, to] = [dragged.from, dragged.to].sort((a, b) => a - b);
      ctx.fillStyle = variable("drag");
      ctx.fillRect(from, chartArea.top, to - from, chartArea.height);
    }
    const x = hovered === null ? NaN : scales.x.getPixelForValue(hovered);
    if (x >= chartArea.left && x <= chartArea.right) {
      ctx.strokeStyle = variable("muted");
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
    }
    ctx.restore();
  },
});

/** All charts of the page. */
export class Board {
  /** The update under the pointer, and the part of a chart that is dragged over; null where there is none. */
  hovered = null;
  dragged = null;

  #root;
  #store;
  #selection;
  #panels = new Map();
  #frame = 0;

  constructor(root, store, selection) {
    this.#root = root;
    this.#store = store;
    this.#selection = selection;
  }

  /** The charts from first to last. */
  get panels() {
    return [...this.#panels.values()];
  }

  /** Brings the charts to what is chosen and known. */
  draw() {
    const wanted = this.#wanted();
    for (const [key, panel] of this.#panels) {
      if (!wanted.has(key)) {
        panel.remove();
        this.#panels.delete(key);
      }
    }
    const inOrder = new Map();
    for (const [key, {metric, layer}] of wanted) {
      inOrder.set(key, this.#panels.get(key) ?? new Panel(this, this.#store, this.#selection, metric, layer));
    }
    this.#panels = inOrder;
    let index = 0;
    for (const panel of inOrder.values()) {
      if (this.#root.children[index] !== panel.element) {
        this.#root.insertBefore(panel.element, this.#root.children[index] ?? null);
      }
      index++;
    }
    const extent = this.extent();
    const boundaries = this.#boundaries();
    inOrder.forEach(panel => panel.draw(this.#selection.range ?? extent, boundaries));
  }

  /** Draws the charts anew in the colours of another theme. */
  recolour() {
    this.#panels.forEach(panel => panel.remove());
    this.#panels.clear();
    this.draw();
  }

  /** Draws what lies over the lines again, once for all that happens until then. */
  drawOverlays() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#panels.forEach(panel => panel.chart.draw());
    });
  }

  #wanted() {
    const wanted = new Map();
    for (const id of this.#selection.shownMetrics(this.#store)) {
      const metric = this.#store.metrics.get(id);
      const layers = metric.scope === "layer" ? this.#store.layersOf(id) : [""];
      layers.forEach(layer => wanted.set(JSON.stringify([id, layer]), {metric, layer}));
    }
    return wanted;
  }

  /** The first and the last update that a shown learner has reported; 0 for the first where that is near. */
  extent() {
    const shown = new Set(this.#selection.shownLearners(this.#store));
    let last = 1;
    for (const name of shown) {
      last = Math.max(last, this.#store.learners.get(name).update);
    }
    let first = last;
    for (const {learner, updates} of this.#store.series.values()) {
      if (shown.has(learner) && updates.length) {
        first = Math.min(first, updates[0]);
      }
    }
    return [first < last * NEAR_ZERO || first === last ? 0 : first, last];
  }

  /** Where tasks of the shown learners begin, each place once. */
  #boundaries() {
    const starts = new Map();
    for (const name of this.#selection.shownLearners(this.#store)) {
      for (const [task, update] of this.#store.learners.get(name).tasks) {
        if (update > 0) {
          starts.set(update, task);
        }
      }
    }
    return [...starts].map(([update, task]) => [task, update]).sort((a, b) => a[1] - b[1]);
  }
}

/** One chart with its heading. */
class Panel {
  #board;
  #store;
  #selection;
  #logButton;
  #layersButton;
  #largeButton;
  #empty;
  #drawn = "";

  constructor(board, store, selection, metric, layer) {
    this.#board = board;
    this.#store = store;
    this.#selection = selection;
    this.metric = metric;
    this.layer = layer;
    this.element = document.createElement("article");
    this.element.className = "chart";
    this.element.dataset.metric = metric.id;
    this.element.dataset.layer = layer;
    this.element.append(this.#heading(), this.#plot());
    this.chart = this.#chart();
    this.#listen();
  }

  /** What the chart shows, in words. */
  get title() {
    return this.layer ? `${this.metric.name} · ${this.layer}` : this.metric.name;
  }

  #heading() {
    const heading = document.createElement("header");
    const title = document.createElement("h3");
    title.textContent = this.title;
    const doc = document.createElement("p");
    doc.className = "doc";
    doc.textContent = this.metric.doc;
    doc.title = `${this.metric.doc} Definition: ${this.metric.id}`;
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    this.#logButton = button("log", `Logarithmic scale for ${this.title}`, () =>
      this.#selection.toggleLog(this.metric.id));
    const ofLayers = `layer.${this.metric.id}`;
    this.#layersButton = button("layers", `${this.metric.name} of each layer`, () => {
      const shown = this.#selection.shownMetrics(this.#store).includes(ofLayers);
      this.#selection.toggleMetric(this.#store, ofLayers, !shown, this.metric.id);
    });
    this.#largeButton = button("⤢", `Large chart of ${this.metric.name}`, () =>
      this.#selection.toggleLarge(this.metric.id));
    this.#largeButton.classList.add("large");
    const close = button("×", `Leave out ${this.metric.name}`, () =>
      this.#selection.toggleMetric(this.#store, this.metric.id, false));
    buttons.append(this.#layersButton, this.#logButton, this.#largeButton, close);
    heading.append(title, buttons, doc);
    return heading;
  }

  #plot() {
    const plot = document.createElement("div");
    plot.className = "plot";
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.#empty = document.createElement("p");
    this.#empty.className = "empty";
    this.#empty.textContent = "no values of these learners yet";
    plot.append(this.canvas, this.#empty);
    return plot;
  }

  #chart() {
    const ink = variable("ink");
    const muted = variable("muted");
    const ticks = {color: muted, maxRotation: 0, autoSkipPadding: 14};
    return new Chart(this.canvas, {
      type: "line",
      data: {datasets: []},
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        interaction: {mode: "nearestOfEach"},
        // Above the lines there is room for the names of tasks.
        layout: {padding: {top: 13, right: 6}},
        scales: {
          x: {
            type: "linear",
            grid: {display: false},
            border: {color: variable("line")},
            ticks: {...ticks, callback: update => format.compact(update)},
            title: {display: true, text: "updates", color: muted, font: {size: 11}, padding: {top: 0}},
          },
          y: this.#yScale(false),
        },
        plugins: {
          legend: {display: false},
          tooltip: {
            backgroundColor: variable("surface"),
            borderColor: variable("line"),
            borderWidth: 1,
            titleColor: ink,
            bodyColor: ink,
            usePointStyle: true,
            boxPadding: 5,
            caretSize: 0,
            itemSort: (a, b) => b.parsed.y - a.parsed.y,
            callbacks: {
              title: items => `update ${format.count(items[0].parsed.x)}`,
              label: item => `${item.dataset.label}  ${format.value(item.parsed.y)}`,
              labelPointStyle: () => ({pointStyle: "line", rotation: 0}),
            },
          },
        },
      },
      plugins: [taskBoundaries, crosshair(this.#board)],
    });
  }

  #yScale(logarithmic) {
    const ticks = {color: variable("muted"), maxTicksLimit: 6};
    const common = {grid: {color: variable("line")}, border: {display: false}};
    return logarithmic
      ? {
          ...common,
          type: "logarithmic",
          ticks: {...ticks, callback: (tick, index, all) => logTick(tick, all)},
        }
      : {...common, type: "linear", ticks: {...ticks, callback: tick => format.value(tick)}};
  }

  /** Draws the lines between two updates. */
  draw(range, boundaries) {
    const logarithmic = this.#selection.log.has(this.metric.id);
    const lines = this.#lines(range, logarithmic);
    const {options} = this.chart;
    // A scale cannot become another kind: it is replaced.
    if ((options.scales.y.type === "logarithmic") !== logarithmic) {
      options.scales.y = this.#yScale(logarithmic);
    }
    this.chart.boundaries = boundaries;
    options.scales.x.min = range[0];
    options.scales.x.max = range[1];
    this.chart.data.datasets = lines;
    this.chart.update("none");
    this.#empty.hidden = lines.some(line => line.data.length > 0);
    this.#drawButtons(logarithmic);
    this.#describe(lines);
  }

  #lines([from, to], logarithmic) {
    return this.#selection.shownLearners(this.#store).map(name => {
      const points = this.#store.points(name, this.metric.id, this.layer);
      const place = this.#store.place(name);
      const data = [];
      if (points) {
        // One point before and one after, so that the line goes on to the edges.
        const first = Math.max(0, points.updates.findIndex(update => update >= from) - 1);
        for (let i = first; i < points.updates.length; i++) {
          const value = points.values[i];
          const drawable = Number.isFinite(value) && !(logarithmic && value <= 0);
          data.push({x: points.updates[i], y: drawable ? value : NaN});
          if (points.updates[i] > to) {
            break;
          }
        }
      }
      return {
        label: name,
        data,
        borderColor: colour(place),
        backgroundColor: colour(place),
        borderDash: dashes(place),
        borderWidth: 1.6,
        borderJoinStyle: "round",
        pointRadius: data.length <= FEW_POINTS ? 2 : 0,
        pointHoverRadius: 3.5,
      };
    });
  }

  #drawButtons(logarithmic) {
    this.#logButton.setAttribute("aria-pressed", logarithmic);
    const large = this.#selection.large.has(this.metric.id);
    this.#largeButton.setAttribute("aria-pressed", large);
    this.element.classList.toggle("large", large);
    const ofLayers = `layer.${this.metric.id}`;
    this.#layersButton.hidden = !this.#store.metrics.has(ofLayers);
    this.#layersButton.setAttribute(
      "aria-pressed", this.#selection.shownMetrics(this.#store).includes(ofLayers));
  }

  /** Says in words what the lines come to, for those who do not see them. */
  #describe(lines) {
    const ends = lines
      .filter(line => line.data.length > 0)
      .map(line => {
        const {x, y} = line.data.at(-1);
        return `${line.label} ${format.value(y)} at update ${format.count(x)}`;
      });
    const text = `${this.title} over updates: ${ends.join("; ") || "no values"}`;
    if (text !== this.#drawn) {
      this.#drawn = text;
      this.canvas.setAttribute("aria-label", text);
    }
  }

  #listen() {
    const {canvas} = this;
    const place = event => {
      const {left} = canvas.getBoundingClientRect();
      const {chartArea} = this.chart;
      return Math.min(chartArea.right, Math.max(chartArea.left, event.clientX - left));
    };
    canvas.addEventListener("pointerdown", event => {
      if (event.button === 0) {
        const x = place(event);
        this.#board.dragged = {chart: this.chart, from: x, to: x};
        canvas.setPointerCapture(event.pointerId);
      }
    });
    canvas.addEventListener("pointermove", event => {
      const x = place(event);
      this.#board.hovered = this.chart.scales.x.getValueForPixel(x);
      if (this.#board.dragged) {
        this.#board.dragged.to = x;
      }
      this.#board.drawOverlays();
    });
    canvas.addEventListener("pointerup", () => {
      const {dragged} = this.#board;
      this.#board.dragged = null;
      if (dragged && Math.abs(dragged.to - dragged.from) >= DRAG_PX) {
        const ends = [dragged.from, dragged.to].map(x => this.chart.scales.x.getValueForPixel(x));
        this.#selection.zoom(ends.sort((a, b) => a - b));
      }
    });
    const forget = () => {
      this.#board.dragged = null;
      this.#board.hovered = null;
      this.#board.drawOverlays();
    };
    canvas.addEventListener("pointercancel", forget);
    canvas.addEventListener("pointerleave", forget);
    canvas.addEventListener("dblclick", () => this.#selection.zoom(null));
  }

  remove() {
    this.chart.destroy();
    this.element.remove();
  }
}

/** Powers of ten; where there are few of them, what lies between, too. */
function logTick(tick, all) {
  const isPower = value => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
  const powers = all.filter(({value}) => isPower(value)).length;
  const lead = Math.round(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9));
  const shown = powers > 2 ? isPower(tick) : powers > 1 ? [1, 3].includes(lead) : [1, 2, 5].includes(lead);
  return shown ? format.value(tick) : "";
}

function button(text, label, clicked) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.setAttribute("aria-label", label);
  element.title = label;
  element.addEventListener("click", clicked);
  return element;
}
