// The panels of one profile: waterfalls, imports, tables, memory, calls. A page shows one profile at a time.

const PROFILE_CHARTS = ["phases", "shares", "memory", "imports-chart", "calls-chart"];

function importFrames(data) {
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

function callFrames(data) {
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
  field.value = "";
  field.oninput = find;
  field.onkeydown = (event) => {
    if (event.key === "Enter") chart().next(); // without a value: false would stop the key
  };
  byId(`${name}-reset`).onclick = () => {
    field.value = "";
    find();
    chart().reset();
  };
  return find;
}

function showImports(data) {
  const host = byId("imports-chart");
  const views = { "as-flame": new Flame(host, importFrames(data)), "as-treemap": new Treemap(host, data.imports) };
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
  for (const id of Object.keys(views)) byId(id).onclick = () => show(id);
  return () => show(shown);
}

function showCalls(data) {
  byId("calls-panel").hidden = data.calls === null;
  if (data.calls === null) return () => {};
  for (const id of ["calls-search", "calls-reset", "calls-legend"]) byId(id).hidden = data.calls.problem !== "";
  if (data.calls.problem) {
    byId("calls-note").textContent = data.calls.problem;
    byId("calls-chart").replaceChildren();
    return () => {};
  }
  const flame = new Flame(byId("calls-chart"), callFrames(data), "first-party");
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

// Returns what a reader must know before the figures: that the target failed, or that its process ended early.
function profileAlerts(data) {
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
  return alerts;
}

// Fills the panels, and returns a function that draws their charts. An empty list of tables hides its panel.
function showProfile(data) {
  for (const name of ["imports", "collectors"]) for (const row of data[name]) row.text ??= searchable(row);
  byId("shares-note").textContent = data.shares.some(shownWait) ? "Violet: the main thread waited." : "";
  byId("waterfalls").hidden = !data.phases.length && !data.shares.length;
  const tables = new TablePanel(byId("tables"), "table", profileTables(data));
  byId("tables-panel").hidden = tables.isEmpty;
  byId("memory-panel").hidden = data.memory_timeline.length < 2;
  const drawImports = showImports(data);
  const drawCalls = showCalls(data);
  return () => {
    drawWaterfall(byId("phases"), data.phases);
    drawWaterfall(byId("shares"), data.shares);
    if (!byId("memory-panel").hidden) drawMemory(byId("memory"), data.memory_timeline, data.phases);
    drawImports();
    drawCalls();
  };
}
