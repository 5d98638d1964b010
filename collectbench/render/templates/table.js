// A table that shows one page of its rows, sorted by any column and filtered by words.
// A column is {key, title, kind: "text" | "short" | "number", show?, hint?}.
// A row is an object; the filter looks at its `text`.

const PAGE = 20;

// Returns the text of a row for a search: all its texts, with the line behind the path as in a traceback.
function searchable(row) {
  const texts = Object.entries(row).filter(([, value]) => typeof value === "string");
  const values = texts.map(([key, value]) => (key === "path" && row.line ? `${value}:${row.line}` : value));
  return values.join(" ").toLowerCase();
}

class Table {
  constructor(panel, { name, columns, rows, sort, total = rows.length, held = "largest", details, note, ascending = false }) {
    Object.assign(this, { panel, name, columns, rows, sort, total, held, details, note, ascending });
    for (const row of rows) row.text ??= searchable(row);
    this.filter = "";
    this.first = 0;
    this.open = new Set();
  }

  // Returns the rows that match the filter, in order.
  visible() {
    const matches = matcher(this.filter);
    const rows = matches ? this.rows.filter((row) => matches(row.text)) : [...this.rows];
    const sign = this.ascending ? 1 : -1;
    const { key, kind } = this.columns.find((column) => column.key === this.sort);
    const compare =
      kind === "number" ? (a, b) => (a[key] ?? -Infinity) - (b[key] ?? -Infinity) || 0 : (a, b) => (a[key] < b[key] ? -1 : +(a[key] > b[key]));
    return rows.sort((a, b) => sign * compare(a, b));
  }

  draw() {
    const rows = this.visible();
    this.first = Math.min(this.first, Math.max(0, Math.floor((rows.length - 1) / PAGE) * PAGE));
    const last = Math.min(this.first + PAGE, rows.length);
    const shown = rows.slice(this.first, last).flatMap((row) => this.lines(row));
    byId(this.panel.name).replaceChildren(element("thead", {}, this.header()), element("tbody", {}, ...shown));
    this.panel.part("filter").value = this.filter;
    this.panel.part("range").textContent = this.range(rows.length, last);
    this.panel.part("back").disabled = this.first === 0;
    this.panel.part("next").disabled = last === rows.length;
  }

  range(count, last) {
    const range = count
      ? `${whole.format(this.first + 1)}–${whole.format(last)} of ${whole.format(count)}`
      : "no rows";
    if (this.total <= this.rows.length) return range;
    const limit = `this page holds the ${whole.format(this.rows.length)} ${this.held} of ${pluralize(this.total, "row")}`;
    return `${range} (${limit}; the JSON document has all)`;
  }

  header() {
    const cells = this.columns.map((column) => {
      const sorted = column.key === this.sort;
      const arrow = sorted ? (this.ascending ? " ↑" : " ↓") : "";
      const button = element("button", { type: "button" }, column.title + arrow);
      button.addEventListener("click", () => this.sortBy(column));
      const order = sorted ? { "aria-sort": this.ascending ? "ascending" : "descending" } : {};
      return element("th", { class: column.kind, scope: "col", title: column.hint || "", ...order }, button);
    });
    return element("tr", {}, ...cells);
  }

  sortBy({ key, kind }) {
    this.ascending = key === this.sort ? !this.ascending : kind !== "number";
    this.sort = key;
    this.first = 0;
    this.draw();
    byId(this.panel.name).querySelector("th[aria-sort] button").focus({ preventScroll: true });
    this.showSorted();
  }

  // Scrolls to the column by which the rows are sorted; the first column stays in view beside it.
  showSorted() {
    const [first, ...others] = byId(this.panel.name).querySelectorAll("th");
    const sorted = others.find((cell) => cell.hasAttribute("aria-sort"));
    const host = byId(this.panel.name).parentElement;
    host.scrollLeft = sorted ? sorted.offsetLeft + sorted.offsetWidth - host.clientWidth : 0;
  }

  lines(row) {
    const cells = this.columns.map((column, index) => {
      const value = column.show ? column.show(row[column.key], row) : String(row[column.key]);
      return element("td", { class: column.kind }, index === 0 && this.details ? this.opener(row, value) : value);
    });
    const line = element("tr", {}, ...cells);
    if (!this.open.has(row)) return [line];
    const inside = element("td", { colspan: this.columns.length }, ...this.details(row));
    return [line, element("tr", { class: "details" }, inside)];
  }

  opener(row, value) {
    const open = this.open.has(row);
    const button = element("button", { type: "button", class: "opens", "aria-expanded": open }, value);
    button.addEventListener("click", () => {
      if (!this.open.delete(row)) this.open.add(row);
      const position = [...byId(this.panel.name).querySelectorAll(".opens")].indexOf(button);
      this.draw(); // replaces the button that has the focus
      byId(this.panel.name).querySelectorAll(".opens")[position].focus({ preventScroll: true });
    });
    return button;
  }
}
