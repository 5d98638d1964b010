// The tables of a profile and their columns.

const time = (key, title, hint) => ({ key, title: `${title}, ms`, kind: "number", show: milliseconds, hint });
const text = (key, title) => ({ key, title, kind: "text" });
const short = (key, title, show) => ({ key, title, kind: "short", show });
const lineNumber = { key: "line", title: "line", kind: "number", show: String };
const total = (key, title) => ({ key, title, kind: "number", show: (value) => whole.format(value) });

// Returns as much of the end of a place as a column can hold; the details of a row show all of it.
function shortPlace(place) {
  const parts = place.split("/");
  const ends = [place, ...[2, 1].map((kept) => `…/${parts.slice(-kept).join("/")}`)];
  return ends.find((end) => end.length <= 30) || `…${place.slice(-29)}`;
}

// Whether the waiting of a row is worth showing, as in the text.
const waits = (waited, whole) => waited >= Math.max(0.005, 0.05 * whole);

// Returns the column of waits if there is a row in which it matters.
const waiting = (rows, whole) =>
  rows.some((row) => waits(row.waited_s, row[whole]))
    ? [time("waited_s", "waiting", "The main thread waited for time, files, sockets, locks or children")]
    : [];

const importColumns = (rows) => [
  text("module", "module"),
  short("origin", "origin"),
  time("saving_alone_s", "alone", "Time saved without the best of its import lines"),
  time("saving_joint_s", "joint", "Time saved if no line imports it or its parts"),
  short("floor", "floor", (floor) => (floor ? "yes" : "")),
  time("self_s", "self", "Without nested imports"),
  ...waiting(rows, "self_s"),
  time("inclusive_s", "inclusive", "With nested imports"),
  time("find_s", "find"),
  time("compile_s", "compile", "With assertion rewriting"),
  short("bytecode", "bytecode"),
  short("where", "imported at", shortPlace),
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
  if (row.lines > lines.length) {
    lines.push(element("li", {}, `and ${pluralize(row.lines - lines.length, "more line")}`));
  }
  return [
    element("div", {}, row.path || "no file"),
    ...(row.error ? [element("div", {}, `failed with ${row.error}`)] : []),
    row.lines ? element("ul", {}, ...lines) : element("div", {}, NO_LINE[row.origin] || "no line imports it"),
  ];
}

const NOTES = {
  imports:
    "joint: time saved if no line imports the module or its parts. alone: time saved without the best of these " +
    "lines. Both include garbage collection and teardown. floor: pytest needs the module anyway. Rows overlap: do " +
    "not add them up. Click a module to see its import lines. All times are from the traced round.",
  lines:
    "Lines of the project that ran during collection, with their calls, without their imports. Times are from the " +
    "sampled round. Rows overlap. Time below the sampling interval is not reliable.",
  waits:
    "Lines at which the main thread waited in the traced round, without queueing for a processor, with the children " +
    "and threads that they waited for. Wait in a fixture, so that only tests that need it wait.",
  collectors: "self: with the hooks that make its items, without nested imports and collectors.",
  parametrized: "The time to make the items of each test function, with the hooks that make them.",
  plugins:
    "saving: time saved without the plugin: its hooks, and imports that only it needs. load: with all its imports. " +
    "hooks: all its hook implementations together.",
  hooks:
    "All calls of one implementation, without nested imports, collectors and hooks. " +
    "The plugins python, main, runner, funcmanage … belong to pytest.",
  events: "Audit events of Python, counted at the line of the project that caused them.",
  warnings: "Each distinct warning appears once.",
};

function profileTables(data) {
  const tables = [
    {
      name: "imports",
      sort: "saving_joint_s",
      columns: importColumns(data.imports),
      details: (row) => importDetails(data, row),
    },
    {
      name: "lines",
      sort: "sampled_s",
      columns: [
        text("path", "path"),
        lineNumber,
        text("function", "function"),
        time("sampled_s", "time"),
        ...waiting(data.lines, "sampled_s"),
      ],
    },
    {
      name: "waits",
      sort: "waited_s",
      columns: [
        text("path", "path"),
        lineNumber,
        text("operation", "starts or uses"),
        total("count", "times"),
        time("waited_s", "waiting"),
      ],
    },
    {
      name: "collectors",
      sort: "self_s",
      columns: [
        text("nodeid", "node id"),
        short("type", "type"),
        time("self_s", "self"),
        ...waiting(data.collectors, "self_s"),
        time("inclusive_s", "inclusive"),
        total("items", "items"),
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
      columns: [
        text("hook", "hook"),
        text("plugin", "plugin"),
        total("calls", "calls"),
        time("self_s", "self"),
        ...waiting(data.hooks, "self_s"),
      ],
    },
    {
      name: "events",
      sort: "count",
      columns: [
        short("kind", "event"),
        text("detail", "example"),
        text("path", "path"),
        lineNumber,
        total("count", "count"),
      ],
    },
    {
      name: "warnings",
      sort: "category",
      held: "first",
      columns: [short("category", "category"), text("message", "message"), text("path", "path"), lineNumber],
    },
  ];
  return tables.map((table) => ({ ...table, rows: data[table.name], total: data.totals[table.name], note: NOTES[table.name] }));
}
