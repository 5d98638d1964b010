// Tables behind tabs, with a filter and pages. The ids of all parts begin with the panel's name.
// A table is {name, columns, rows, sort, total, details?, note?}; one without rows is left out.

class TablePanel {
  constructor(host, name, tables) {
    this.name = name;
    this.tables = tables.filter((table) => table.rows.length).map((table) => new Table(this, table));
    host.replaceChildren(...this.parts());
    if (!this.tables.length) return;
    this.tabs = this.tables.map((table) => this.tab(table));
    if (this.tabs.length > 1) this.part("tabs").replaceChildren(...this.tabs);
    this.part("filter").oninput = (event) => {
      this.current.filter = event.target.value;
      this.current.first = 0;
      this.current.draw();
    };
    this.part("back").onclick = () => this.turn(-PAGE);
    this.part("next").onclick = () => this.turn(PAGE);
    new ResizeObserver(() => this.current.showSorted()).observe(byId(this.name).parentElement);
    this.select(this.tables[0]);
  }

  get isEmpty() {
    return !this.tables.length;
  }

  part(name) {
    return byId(`${this.name}-${name}`);
  }

  parts() {
    const id = (name) => ({ id: `${this.name}-${name}` });
    const several = this.tables.length > 1;
    const tabs = element("div", { class: "tabs grows", ...id("tabs"), ...(several ? { role: "tablist" } : {}) });
    const filter = element("input", {
      type: "search",
      placeholder: "Filter rows",
      "aria-label": "Filter the rows of the table",
      ...id("filter"),
    });
    return [
      element("div", { class: "bar" }, tabs, filter),
      element("p", { class: "quiet", ...id("note") }),
      element("div", { class: "wide" }, element("table", { id: this.name })),
      element(
        "div",
        { class: "bar pager" },
        element("span", { class: "quiet", ...id("range"), role: "status" }),
        element("span", { class: "space" }),
        element("button", { type: "button", ...id("back") }, "Previous"),
        element("button", { type: "button", ...id("next") }, "Next"),
      ),
    ];
  }

  tab(table) {
    const label = `${table.name} ${whole.format(table.total)}`;
    const id = `tab-${table.name.replaceAll(" ", "-")}`;
    const tab = element("button", { type: "button", role: "tab", id, "aria-controls": this.name }, label);
    tab.onclick = () => this.select(table);
    return tab;
  }

  select(table) {
    this.current = table;
    this.tabs.forEach((tab, index) => tab.setAttribute("aria-selected", this.tables[index] === table));
    byId(this.name).setAttribute("aria-label", table.name);
    this.part("note").textContent = table.note || "";
    table.draw();
    table.showSorted();
  }

  turn(rows) {
    this.current.first += rows;
    this.current.draw();
    // A disabled button loses the focus, and the keyboard would begin at the top of the page again.
    const [used, other] = rows > 0 ? ["next", "back"] : ["back", "next"];
    if (this.part(used).disabled) this.part(other).focus();
  }
}
