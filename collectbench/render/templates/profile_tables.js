// Which tables a profile has, and their columns.

const time = (key, title, hint) => ({ key, title: `${title}, ms`, kind: "number", show: milliseconds, hint });
const text = (key, title) => ({ key, title, kind: "text" });
const short = (key, title, show) => ({ key, title, kind: "short", show });
const total = (key, title) => ({ key, title, kind: "number", show: (value) => whole.format(value) });

const IMPORT_COLUMNS = [
  text("module", "module"),
  short("origin", "origin"),
  time("saving_alone_s", "alone", "Saved if only the best single import line went"),
  time("saving_joint_s", "joint", "Saved if all its importers were changed"),
  short("floor", "floor", (floor) => (floor ? "yes" : "")),
  time("self_s", "self", "Without the imports within"),
  time("inclusive_s", "inclusive", "With the imports within"),
  time("find_s", "find"),
  time("compile_s", "compile", "Assertion rewriting included"),
  short("bytecode", "bytecode"),
  total("lines", "importers"),
];

function importDetails(data, row) {
  const lines = row.importers.map(([path, line, saving]) =>
    element("li", {}, `${data.paths[path]}:${line} – ${duration(saving)} alone`),
  );
  if (row.lines > lines.length) lines.push(element("li", {}, `and ${row.lines - lines.length} more`));
  return [
    element("div", {}, row.path || "no file"),
    ...(row.error ? [element("div", {}, `ended by ${row.error}`)] : []),
    element("ul", {}, ...lines),
  ];
}

const NOTES = {
  imports:
    "alone: what goes if only the best single import line goes; joint: if all its importers change; " +
    "floor: pytest needs it anyway. Click a module for its import lines. All times of the traced round.",
  collectors: "self: without the imports, hooks and collectors within.",
  plugins: "load: with all that it imports. hooks: all its hook implementations together.",
  hooks: "All calls of one implementation, without the imports and hooks within.",
  events: "What Python's audit events tell, by the line of the project that caused it.",
  warnings: "Each distinct warning once.",
};

function profileTables(data) {
  const tables = [
    { name: "imports", sort: "saving_joint_s", columns: IMPORT_COLUMNS, details: (row) => importDetails(data, row) },
    {
      name: "collectors",
      sort: "self_s",
      columns: [
        text("nodeid", "node id"),
        short("type", "type"),
        time("self_s", "self"),
        time("inclusive_s", "inclusive"),
        total("items", "found"),
      ],
    },
    {
      name: "plugins",
      sort: "load_s",
      columns: [text("name", "name"), short("kind", "kind"), time("load_s", "load"), time("hooks_s", "hooks")],
    },
    {
      name: "hooks",
      sort: "self_s",
      columns: [text("hook", "hook"), text("plugin", "plugin"), total("calls", "calls"), time("self_s", "self")],
    },
    {
      name: "events",
      sort: "count",
      columns: [
        short("kind", "event"),
        text("detail", "detail"),
        text("path", "path"),
        total("line", "line"),
        total("count", "count"),
      ],
    },
    {
      name: "warnings",
      sort: "category",
      columns: [short("category", "category"), text("message", "message"), text("path", "path"), total("line", "line")],
    },
  ];
  return tables
    .map((table) => new Table({ ...table, rows: data[table.name], total: data.totals[table.name] }))
    .filter((table) => table.rows.length);
}

function showTables(data) {
  const tables = profileTables(data);
  byId("tables-panel").hidden = !tables.length;
  if (!tables.length) return;
  let current = tables[0];
  const tabs = tables.map((table) => {
    const tab = element(
      "button",
      { type: "button", role: "tab", id: `tab-${table.name}` },
      `${table.name} ${whole.format(table.total)}`,
    );
    tab.addEventListener("click", () => select(table));
    return tab;
  });
  const select = (table) => {
    current = table;
    tabs.forEach((tab, index) => tab.setAttribute("aria-selected", tables[index] === table));
    byId("table-note").textContent = NOTES[table.name];
    table.draw();
  };
  const turn = (rows) => () => {
    current.first += rows;
    current.draw();
  };
  byId("table-tabs").replaceChildren(...tabs);
  byId("table-back").addEventListener("click", turn(-PAGE));
  byId("table-next").addEventListener("click", turn(PAGE));
  byId("table-filter").addEventListener("input", (event) => {
    current.filter = event.target.value;
    current.first = 0;
    current.draw();
  });
  select(current);
}
