// Which tables a profile has, and their columns.

const time = (key, title, hint) => ({ key, title: `${title}, ms`, kind: "number", show: milliseconds, hint });
const text = (key, title) => ({ key, title, kind: "text" });
const short = (key, title, show) => ({ key, title, kind: "short", show });
const lineNumber = { key: "line", title: "line", kind: "number", show: String };
const total = (key, title) => ({ key, title, kind: "number", show: (value) => whole.format(value) });

// As much of the end of a place as a column can hold; the details have it in full.
function fileOf(place) {
  const folders = place.split("/");
  const ends = [place, ...[2, 1].map((kept) => `…/${folders.slice(-kept).join("/")}`)];
  return ends.find((end) => end.length <= 30) || `…${place.slice(-29)}`;
}

const IMPORT_COLUMNS = [
  text("module", "module"),
  short("origin", "origin"),
  time("saving_alone_s", "alone", "Saved without the best one of its import lines"),
  time("saving_joint_s", "joint", "Saved without any line that imports it or its parts"),
  short("floor", "floor", (floor) => (floor ? "yes" : "")),
  time("self_s", "self", "Without the imports within"),
  time("inclusive_s", "inclusive", "With the imports within"),
  time("find_s", "find"),
  time("compile_s", "compile", "Assertion rewriting included"),
  short("bytecode", "bytecode"),
  short("where", "imported at", fileOf),
];

const NO_LINE = {
  plugin: "pytest loads it as a plugin",
  conftest: "pytest loads it as a conftest",
  test: "pytest collects it",
};

function importDetails(data, row) {
  const lines = row.importers.map(([path, line, saving]) =>
    element("li", {}, `${data.paths[path]}:${line} – ${duration(saving)} alone`),
  );
  if (row.lines > lines.length) lines.push(element("li", {}, `and ${row.lines - lines.length} more`));
  return [
    element("div", {}, row.path || "no file"),
    ...(row.error ? [element("div", {}, `ended by ${row.error}`)] : []),
    row.lines ? element("ul", {}, ...lines) : element("div", {}, NO_LINE[row.origin] || "no line imports it"),
  ];
}

const NOTES = {
  imports:
    "What it would save to do without: joint: without any line that imports it or its parts; alone: without the best " +
    "of these lines; both with their part of garbage collection and teardown. floor: pytest needs it anyway. " +
    "Rows overlap: do not add them up. Click a module for its import lines. All times of the traced round.",
  lines:
    "Lines of the project that ran while pytest collected, each with what it called, without what it imported. " +
    "Times of the sampled round: samples are taken every few milliseconds, so less is chance.",
  collectors: "self: with the hooks that make its items, without the imports and collectors within.",
  parametrized: "The time to make the items of each test function, the hooks that were called for them included.",
  plugins:
    "saving: what goes without it: what only it imports, and its hooks. load: with all that it imports. " +
    "hooks: all its hook implementations together.",
  hooks:
    "All calls of one implementation, without the imports, collectors and hooks within. " +
    "python, main, runner, funcmanage … are pytest's own plugins.",
  events: "Python's audit events, counted at the line of the project that caused them.",
  warnings: "Each distinct warning once.",
};

function profileTables(data) {
  const tables = [
    { name: "imports", sort: "saving_joint_s", columns: IMPORT_COLUMNS, details: (row) => importDetails(data, row) },
    {
      name: "lines",
      sort: "sampled_s",
      columns: [text("path", "path"), lineNumber, text("function", "function"), time("sampled_s", "time")],
    },
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
      name: "parametrized",
      sort: "inclusive_s",
      columns: [text("nodeid", "test function"), total("items", "items"), time("inclusive_s", "time")],
    },
    {
      name: "plugins",
      sort: "saving_s",
      columns: [
        text("name", "name"),
        short("kind", "kind"),
        time("saving_s", "saving"),
        time("load_s", "load"),
        time("hooks_s", "hooks"),
      ],
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
        text("detail", "such as"),
        text("path", "path"),
        lineNumber,
        total("count", "count"),
      ],
    },
    {
      name: "warnings",
      sort: "category",
      columns: [short("category", "category"), text("message", "message"), text("path", "path"), lineNumber],
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
