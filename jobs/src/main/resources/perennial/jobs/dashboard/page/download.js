// What is shown, to take away: the values as CSV, the charts as PNG.

import {colour, dashes, variable} from "./palette.js";

const PNG_WIDTH = 1400;
const PNG_CHART = 300;
const PNG_MARGIN = 28;

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken hold of the blob by the time the next task runs.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

const quoted = text => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The points of all charts between the updates shown, one to a row, each number exactly as it was reported. */
export function csv(store, selection, panels) {
  const [from, to] = selection.range ?? [-Infinity, Infinity];
  const rows = [["learner", "variant", "metric", "layer", "update", "value"]];
  for (const {metric, layer} of panels) {
    for (const name of selection.shownLearners(store)) {
      const points = store.points(name, metric.id, layer);
      const {variant} = store.learners.get(name);
      points?.updates.forEach((update, i) => {
        if (update >= from && update <= to) {
          rows.push([name, variant, metric.id, layer, String(update), String(points.values[i])]);
        }
      });
    }
  }
  return rows.map(row => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

export function saveCsv(store, selection, panels) {
  save(new Blob([csv(store, selection, panels)], {type: "text/csv"}), "perennial.csv");
}

/** All charts on one picture, with their titles and the learners' colours. */
export async function savePng(store, selection, panels, title) {
  const columns = Math.min(2, panels.length) || 1;
  const rows = Math.ceil(panels.length / columns);
  const head = 84;
  const cell = (PNG_WIDTH - PNG_MARGIN * (columns + 1)) / columns;
  const scale = 2;
  const canvas = document.createElement("canvas");
  canvas.width = PNG_WIDTH * scale;
  canvas.height = (head + rows * (PNG_CHART + 44) + PNG_MARGIN) * scale;
  const context = canvas.getContext("2d");
  const font = getComputedStyle(document.body).fontFamily;
  context.scale(scale, scale);
  context.fillStyle = variable("surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = variable("ink");
  context.font = `600 20px ${font}`;
  context.fillText(title, PNG_MARGIN, 36);
  drawKey(context, store, selection, font);
  panels.forEach(({canvas: chart, title: name}, index) => {
    const x = PNG_MARGIN + (index % columns) * (cell + PNG_MARGIN);
    const y = head + Math.floor(index / columns) * (PNG_CHART + 44);
    context.fillStyle = variable("ink");
    context.font = `600 14px ${font}`;
    context.fillText(name, x, y + 14);
    const height = Math.min(PNG_CHART, (cell * chart.height) / chart.width);
    context.drawImage(chart, x, y + 24, (height * chart.width) / chart.height, height);
  });
  const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
  save(blob, "perennial.png");
}

function drawKey(context, store, selection, font) {
  let x = PNG_MARGIN;
  context.font = `13px ${font}`;
  for (const name of selection.shownLearners(store)) {
    const place = store.place(name);
    context.strokeStyle = colour(place);
    context.lineWidth = 3;
    context.setLineDash(dashes(place));
    context.beginPath();
    context.moveTo(x, 58);
    context.lineTo(x + 24, 58);
    context.stroke();
    context.setLineDash([]);
    context.fillText(name, x + 30, 62);
    x += 54 + context.measureText(name).width;
  }
}
