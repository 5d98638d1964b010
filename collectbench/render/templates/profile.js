// The page of a profile: reads the data and fills each part of the page.

const data = JSON.parse(byId("data").textContent);

function showHead() {
  byId("title").textContent = data.title;
  byId("stamp").textContent = `created ${data.created} by ${data.tool}`;
  byId("environment").textContent = data.environment.join(" · ");
  byId("notes").replaceChildren(...data.notes.map((note) => element("li", {}, note)));
  byId("alerts").replaceChildren(...profileAlerts(data));
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

function main() {
  connectTheme(() => draw());
  showHead();
  showHeadline();
  showFindings(data.findings, data.unqueued_s, data.findings.length);
  const draw = showProfile(data);
  draw();
  resizeWithWindow(PROFILE_CHARTS);
  document.documentElement.dataset.ready = "yes";
}

main();
