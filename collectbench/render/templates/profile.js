// The page of a profile: reads the document's data, and puts each part in its place.

const data = JSON.parse(byId("data").textContent);

function showHead() {
  byId("target").textContent = data.target;
  byId("stamp").textContent = `made ${data.created} by ${data.tool}`;
  byId("environment").textContent = data.environment.join(" · ");
  byId("notes").replaceChildren(...data.notes.map((note) => element("li", {}, note)));
  const alerts = [];
  if (data.status !== "ok" || data.message) {
    const details = data.message ? [element("pre", {}, data.message)] : [];
    alerts.push(element("div", { class: "alert" }, `Status: ${data.status}`, ...details));
  }
  if (!data.complete) {
    const during = data.importing.length ? ` while importing ${data.importing.join(", then ")}` : "";
    alerts.push(
      element("div", { class: "alert" }, `The process ended early${during}. The figures reach up to that moment.`),
    );
  }
  byId("alerts").replaceChildren(...alerts);
}

function showHeadline() {
  const peak = data.memory_timeline.reduce((most, [, bytes]) => Math.max(most, bytes), 0);
  const figures = [
    data.wall_s !== null && [duration(data.wall_s), `wall, ${data.wall_basis}`],
    [duration(data.traced_wall_s), "wall of the traced round"],
    data.counts && [whole.format(data.counts.items), `items in ${counted(data.counts.files, "file")}`],
    [whole.format(data.totals.imports), "modules imported"],
    peak > 0 && [`${mebibytes(peak)} MiB`, "peak memory"],
    [duration(data.gc_s), `garbage collection, ${counted(data.gc_passes, "pass").replace("passs", "passes")}`],
    data.counts && [whole.format(data.counts.errors), `errors, ${counted(data.counts.warnings, "warning")}`],
  ];
  const cards = figures
    .filter(Boolean)
    .map(([figure, words]) => element("div", { class: "card" }, element("b", {}, figure), element("span", {}, words)));
  byId("headline").replaceChildren(...cards);
}

// What a search looks through: all that is text in a row, and its line behind its path as a traceback has it.
function searchable(row) {
  const texts = Object.entries(row).filter(([, value]) => typeof value === "string");
  const words = texts.map(([key, value]) => (key === "path" && row.line ? `${value}:${row.line}` : value));
  return words.join(" ").toLowerCase();
}

function importFrames() {
  const modules = data.imports.map((row) => ({
    name: row.module,
    kind: row.origin,
    begin: row.begin_s,
    end: row.begin_s + row.inclusive_s,
    text: row.text,
    lines: [
      `${row.origin}, ${duration(row.inclusive_s)}, of which itself ${duration(row.self_s)}`,
      row.floor
        ? "pytest needs it anyway"
        : `saved alone ${duration(row.saving_alone_s)}, jointly ${duration(row.saving_joint_s)}`,
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
      `${row.type}, ${duration(row.inclusive_s)}, of which itself ${duration(row.self_s)}`,
      `found ${whole.format(row.items)}`,
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

// Connects a chart's search field and its reset button; `chart` tells which one is shown.
function connect(name, chart) {
  const field = byId(`${name}-search`);
  const find = () => {
    byId(`${name}-found`).textContent = chart().search(field.value);
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
    const { cut } = views[name];
    byId("imports-note").textContent = cut ? `${counted(cut, "frame")} below row ${MOST_ROWS} not drawn` : "";
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
  const flame = new Flame(byId("calls-chart"), callFrames());
  const find = connect("calls", () => flame);
  byId("calls-legend").textContent =
    `${whole.format(data.calls.samples)} samples in ${duration(data.calls.duration_s)}. Blue: the project's code.` +
    " The time goes from left to right as in the call tree, not as by the clock.";
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
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const use = (theme) => {
    document.documentElement.dataset.theme = theme;
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  };
  use(dark.matches ? "dark" : "light");
  showHead();
  showHeadline();
  byId("waterfalls").hidden = !data.phases.length && !data.shares.length;
  showTables(data);
  byId("memory-panel").hidden = data.memory_timeline.length < 2;
  const drawImports = showImports();
  const drawCalls = showCalls();
  const draw = () => {
    drawWaterfall(byId("phases"), data.phases, { byKind: false });
    drawWaterfall(byId("shares"), data.shares, { byKind: true });
    if (!byId("memory-panel").hidden) drawMemory(byId("memory"), data.memory_timeline, data.phases);
    drawImports();
    drawCalls();
  };
  draw();
  byId("theme").addEventListener("click", () => {
    use(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    draw();
  });
  addEventListener("resize", () => {
    for (const id of ["phases", "shares", "memory", "imports-chart", "calls-chart"]) {
      const chart = echarts.getInstanceByDom(byId(id));
      if (chart) chart.resize();
    }
  });
  document.documentElement.dataset.ready = "yes";
}

main();
