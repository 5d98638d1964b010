// The page of a profile: reads the data and fills each part of the page.

const data = JSON.parse(byId("data").textContent);

function showHead() {
  byId("title").textContent = data.title;
  byId("stamp").textContent = `created ${data.created} by ${data.tool}`;
  byId("environment").textContent = data.environment.join(" · ");
  byId("notes").replaceChildren(...data.notes.map((note) => element("li", {}, note)));
  const alerts = [];
  if (data.status !== "ok" || data.message) {
    const details = data.message ? [element("pre", {}, data.message)] : [];
    alerts.push(element("div", { class: "alert" }, `Status: ${data.status}`, ...details));
  }
  if (!data.complete) {
    const during = data.importing.length ? ` while it imported ${data.importing.join(", then ")}` : "";
    alerts.push(
      element("div", { class: "alert" }, `The process ended early${during}. All figures end at that moment.`),
    );
  }
  byId("alerts").replaceChildren(...alerts);
}

function showHeadline() {
  const peak = data.memory_timeline.reduce((most, [, bytes]) => Math.max(most, bytes), 0);
  const { counts } = data;
  const figures = [
    data.wall_s !== null && [duration(data.wall_s), `wall, ${data.wall_basis}`],
    [duration(data.traced_wall_s), "wall of the traced round"],
    counts && [whole.format(counts.items), `${nounFor(counts.items, "item")} in ${pluralize(counts.files, "file")}`],
    [whole.format(data.totals.imports), `imported ${nounFor(data.totals.imports, "module")}`],
    peak > 0 && [`${mebibytes(peak)} MiB`, "peak memory"],
    data.waited_s !== null &&
      waits(data.waited_s, data.traced_wall_s) && [duration(data.waited_s), "waiting of the main thread"],
    [duration(data.gc_s), `garbage collection, ${pluralize(data.gc_passes, "pass", "passes")}`],
    counts && [
      whole.format(counts.errors),
      `${nounFor(counts.errors, "error")}, ${pluralize(counts.warnings, "warning")}`,
    ],
  ];
  const cards = figures
    .filter(Boolean)
    .map(([figure, label]) => element("div", { class: "card" }, element("b", {}, figure), element("span", {}, label)));
  byId("headline").replaceChildren(...cards);
}

// Returns the text of a row for a search: all its texts, with the line behind the path as in a traceback.
function searchable(row) {
  const texts = Object.entries(row).filter(([, value]) => typeof value === "string");
  const values = texts.map(([key, value]) => (key === "path" && row.line ? `${value}:${row.line}` : value));
  return values.join(" ").toLowerCase();
}

function importFrames() {
  const modules = data.imports.map((row) => ({
    name: row.module,
    kind: row.origin,
    begin: row.begin_s,
    end: row.begin_s + row.inclusive_s,
    text: row.text,
    lines: [
      `${row.origin}: inclusive ${duration(row.inclusive_s)}, self ${duration(row.self_s)}`,
      row.floor
        ? "pytest needs it anyway"
        : `saving: alone ${duration(row.saving_alone_s)}, joint ${duration(row.saving_joint_s)}`,
      row.path,
    ],
  }));
  const collectors = data.collectors.map((row) => ({
    name: row.nodeid || row.type,
    label: row.nodeid.slice(row.nodeid.lastIndexOf("/") + 1) || row.type,
    kind: "collector",
    begin: row.begin_s,
    end: row.begin_s + row.inclusive_s,
    text: row.text,
    lines: [
      `${row.type}: inclusive ${duration(row.inclusive_s)}, self ${duration(row.self_s)}`,
      pluralize(row.items, "item"),
    ],
  }));
  return nest([...modules, ...collectors]);
}

function callFrames() {
  return data.calls.frames.map(([depth, name, place, own, begin, seconds]) => ({
    name: name === "<module>" ? place : name,
    kind: own ? "first-party" : "stdlib",
    begin,
    end: begin + seconds,
    depth,
    text: `${name} ${place}`.toLowerCase(),
    lines: [`${duration(seconds)}, ${percent(seconds, data.calls.duration_s)}`, place],
  }));
}

// Connects the search field and the reset button of a chart; `chart` returns the chart that is shown.
function connect(name, chart) {
  const field = byId(`${name}-search`);
  const find = () => {
    byId(`${name}-matches`).textContent = chart().search(field.value);
  };
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => event.key === "Enter" && chart().next());
  byId(`${name}-reset`).addEventListener("click", () => {
    field.value = "";
    find();
    chart().reset();
  });
  return find;
}

function showImports() {
  const host = byId("imports-chart");
  const views = { "as-flame": new Flame(host, importFrames()), "as-treemap": new Treemap(host, data.imports) };
  const legends = { "as-flame": Object.keys(COLORS), "as-treemap": Object.keys(COLORS).slice(0, -1) };
  let shown = "as-flame";
  byId("imports-panel").hidden = !data.imports.length && !data.collectors.length;
  const find = connect("imports", () => views[shown]);
  const show = (name) => {
    shown = name;
    for (const id of Object.keys(views)) byId(id).setAttribute("aria-selected", id === name);
    fillLegend(byId("imports-legend"), legends[name]);
    const { hiddenFrames } = views[name];
    byId("imports-note").textContent = hiddenFrames
      ? `not shown: ${pluralize(hiddenFrames, "frame")} below row ${MOST_ROWS}`
      : "";
    views[name].draw();
    find();
  };
  for (const id of Object.keys(views)) byId(id).addEventListener("click", () => show(id));
  return () => show(shown);
}

function showCalls() {
  byId("calls-panel").hidden = data.calls === null;
  if (data.calls === null) return () => {};
  if (data.calls.problem) {
    byId("calls-note").textContent = data.calls.problem;
    for (const id of ["calls-search", "calls-reset", "calls-legend"]) byId(id).hidden = true;
    return () => {};
  }
  const flame = new Flame(byId("calls-chart"), callFrames(), "first-party");
  const find = connect("calls", () => flame);
  byId("calls-legend").textContent =
    `${pluralize(data.calls.samples, "sample")} in ${duration(data.calls.duration_s)}. Blue: the project's code. ` +
    "Calls are in the order of the call tree, not of time.";
  const { total, frames } = data.calls;
  byId("calls-note").textContent =
    total > frames.length ? `the ${whole.format(frames.length)} largest of ${whole.format(total)} frames` : "";
  return () => {
    flame.draw();
    find();
  };
}

function main() {
  for (const name of Object.keys(data.totals)) for (const row of data[name]) row.text = searchable(row);
  connectTheme(() => draw());
  showHead();
  showHeadline();
  showFindings(data.findings);
  byId("waterfalls").hidden = !data.phases.length && !data.shares.length;
  showTables(data);
  byId("memory-panel").hidden = data.memory_timeline.length < 2;
  const drawImports = showImports();
  const drawCalls = showCalls();
  const draw = () => {
    drawWaterfall(byId("phases"), data.phases);
    drawWaterfall(byId("shares"), data.shares);
    if (!byId("memory-panel").hidden) drawMemory(byId("memory"), data.memory_timeline, data.phases);
    drawImports();
    drawCalls();
  };
  draw();
  resizeWithWindow(["phases", "shares", "memory", "imports-chart", "calls-chart"]);
  document.documentElement.dataset.ready = "yes";
}

main();
