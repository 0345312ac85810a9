// The dialog that chooses metrics: all that learners have reported, as their records describe them.

const GROUPS = [
  ["learner", "After an update"],
  ["layer", "Of each layer"],
  ["task", "Over a task"],
];

export class Chooser {
  #dialog;
  #choices;
  #filter;
  #store;
  #selection;
  #drawn = 0;

  constructor(store, selection) {
    this.#store = store;
    this.#selection = selection;
    this.#dialog = document.getElementById("chooser");
    this.#choices = document.getElementById("choices");
    this.#filter = document.getElementById("filter");
    this.#filter.addEventListener("input", () => this.#applyFilter());
    // Enter filters, and does not close the dialog.
    this.#filter.addEventListener("keydown", event => event.key === "Enter" && event.preventDefault());
    document.getElementById("choose").addEventListener("click", () => {
      this.#dialog.showModal();
      this.draw();
    });
    document.getElementById("usual").addEventListener("click", () => selection.chooseMetrics(null));
    // A click beside the dialog closes it.
    this.#dialog.addEventListener("click", event => event.target === this.#dialog && this.#dialog.close());
  }

  draw() {
    if (!this.#dialog.open) {
      return;
    }
    if (this.#drawn !== this.#store.metrics.size) {
      this.#drawn = this.#store.metrics.size;
      this.#choices.replaceChildren(...GROUPS.map(([scope, title]) => this.#group(scope, title)));
      this.#applyFilter();
    }
    const shown = new Set(this.#selection.shownMetrics(this.#store));
    for (const box of this.#choices.querySelectorAll("input")) {
      box.checked = shown.has(box.value);
    }
  }

  #group(scope, title) {
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = title;
    const metrics = [...this.#store.metrics.values()].filter(metric => metric.scope === scope);
    group.append(legend, ...metrics.map(metric => this.#choice(metric)));
    group.hidden = metrics.length === 0;
    return group;
  }

  #choice(metric) {
    const label = document.createElement("label");
    label.className = "choice";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = metric.id;
    box.addEventListener("change", () => this.#selection.toggleMetric(this.#store, metric.id, box.checked));
    const name = document.createElement("span");
    name.textContent = metric.name;
    const doc = document.createElement("small");
    doc.textContent = metric.doc;
    const id = document.createElement("code");
    id.textContent = metric.id;
    label.append(box, name, id, doc);
    return label;
  }

  #applyFilter() {
    const wanted = this.#filter.value.trim().toLowerCase();
    for (const choice of this.#choices.querySelectorAll(".choice")) {
      choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
    }
  }
}
