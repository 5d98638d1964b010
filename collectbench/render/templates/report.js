// The page of a report: reads the data and fills each part of the page. A part without data is hidden.

const data = JSON.parse(byId("data").textContent);
const draws = new Map();

// So many rows of a chart are read out.
const DESCRIBED = 5;

const list = (texts) => texts.map((text) => element("li", {}, text));

function showHead() {
  byId("title").textContent = data.title;
  byId("stamp").textContent = [...data.origin, `made ${data.created} by ${data.tool}`].join(" · ");
  const sentences = data.sentences.map(({ word, text }) =>
    element("li", {}, ...(word ? [verdictChip(word), " "] : []), text),
  );
  if (data.verdict) sentences.unshift(element("li", {}, verdictChip(data.verdict), " all targets together"));
  byId("sentences").replaceChildren(...sentences);
  byId("answer-panel").hidden = !sentences.length;
  const { reasons } = data;
  byId("reasons-panel").hidden = !reasons.length;
  byId("reasons-panel").open = reasons.length <= 5;
  byId("reasons-title").textContent = pluralize(reasons.length + data.more_reasons, "reason or note", "reasons and notes");
  byId("reasons").replaceChildren(
    ...reasons.map(({ word, text }) => element("li", {}, element("b", {}, `${word}: `), text)),
    ...(data.more_reasons ? list([`and ${whole.format(data.more_reasons)} more; the JSON document has all`]) : []),
  );
}

function showHeadline() {
  const longest = ({ wall_s, before_s }) => Math.max(wall_s ?? 0, before_s ?? 0);
  const [slowest] = [...data.targets].sort((a, b) => longest(b) - longest(a));
  const overall = data.targets.find((target) => target.suite) || slowest;
  const figures = overall
    ? [
        overall.wall_s !== null && [duration(overall.wall_s), `wall, ${overall.name}`],
        overall.before_s !== null && [duration(overall.before_s), "wall, before"],
        overall.ratio !== null && [change(overall.ratio), "CPU time, relative to before"],
        overall.items !== null && [whole.format(overall.items), nounFor(overall.items, "item")],
        overall.peak_bytes !== null && [`${mebibytes(overall.peak_bytes)} MiB`, "peak memory"],
        overall.errors !== null && [
          whole.format(overall.errors),
          `${nounFor(overall.errors, "error")}, ${pluralize(overall.warnings ?? 0, "warning")}`,
        ],
      ]
    : [];
  const targets = data.targets.filter((target) => !target.suite).length;
  if (targets > 1) figures.push([whole.format(targets), "targets"]);
  if (data.lint) figures.push([`${tenths.format(data.lint.compliant_percent)} %`, "files that comply with all rules"]);
  const cards = figures
    .filter(Boolean)
    .map(([figure, label]) => element("div", { class: "card" }, element("b", {}, figure), element("span", {}, label)));
  byId("headline").replaceChildren(...cards);
  byId("headline").hidden = !cards.length;
}

// Fills a list of choices, hidden if there is only one; returns a function that selects one by its position.
function choices(id, names, show) {
  const select = byId(id);
  select.replaceChildren(...names.map((name, position) => element("option", { value: position }, name)));
  select.hidden = names.length < 2;
  select.onchange = () => show(Number(select.value));
  return (position) => {
    select.value = position;
    show(position);
  };
}

function drawNow(id, draw) {
  draws.set(id, draw);
  draw();
}

function showFindingsOfTargets() {
  const groups = data.findings.filter((group) => group.rows.length);
  byId("findings-panel").hidden = !groups.length;
  if (!groups.length) return;
  const show = (position) => {
    const group = groups[position];
    showFindings(group.rows, group.unqueued_s, group.total, group.summary);
    byId("findings-proofs").replaceChildren(...list(group.proofs));
  };
  choices("findings-target", groups.map((group) => group.target), show)(0);
}

function showChanges() {
  const { rows, left } = forestRows(data.targets);
  const counters = data.changes || { counters: [], causes: [], totals: { counters: 0, causes: 0 } };
  const tables = new TablePanel(byId("changes-tables"), "changes", changeTables(counters));
  byId("changes-tables").hidden = tables.isEmpty;
  byId("changes-panel").hidden = !rows.length && tables.isEmpty;
  byId("forest").hidden = !rows.length;
  const untimed = data.targets.filter((target) => target.change !== null && target.ratio === null).length;
  byId("changes-about").textContent = [
    rows.length > 0 && "CPU time relative to before. Dot: the ratio. Line: its 95 % interval. Grey band: tolerated growth.",
    left > 0 && `The chart leaves out the ${left} targets nearest to no change.`,
    untimed > 0 && `${pluralize(untimed, "target")} without a ratio: the table of targets has the verdict.`,
    data.paired ? "Both sides were measured in turn." : rows.length > 0 && "The sides were measured at different times.",
  ]
    .filter(Boolean)
    .join(" ");
  if (rows.length) drawNow("forest", () => drawForest(byId("forest"), rows));
}

function showHistory() {
  const environments = data.history ? data.history.environments : [];
  byId("history-panel").hidden = !environments.length;
  if (!environments.length) return;
  byId("history-notes").replaceChildren(...list(data.history.notes));
  const showEnvironment = (position) => {
    const environment = environments[position];
    const show = (trend) => {
      const { ms, name, reference } = environment.trends[trend];
      const has = ms.some((value) => value !== null);
      byId("trend").hidden = !has;
      const held = environment.runs.length;
      byId("history-note").textContent = [
        `${name}: ${pluralize(held, "run")}${environment.total > held ? `, the latest of ${whole.format(environment.total)}` : ""}.`,
        reference
          ? "Times are in reference seconds, as on a machine of nominal speed."
          : "Times are as measured: a slower machine moves them.",
        "Line: the level between two steps. Dashed: a step. Triangle: other distributions or settings.",
        environment.trends[trend].earlier_steps > 0 &&
          `${pluralize(environment.trends[trend].earlier_steps, "step")} before these runs not shown.`,
        held > MOST_RUNS_IN_VIEW && "The chart opens at the latest runs: the buttons and the bar below it show others.",
      ]
        .filter(Boolean)
        .join(" ");
      byId("trend-bar").hidden = !has || held <= MOST_RUNS_IN_VIEW;
      byId("history-target").value = trend;
      if (has) drawNow("trend", () => drawTrend(byId("trend"), environment.runs, environment.trends[trend]));
      else draws.delete("trend");
    };
    choices("history-target", environment.trends.map((trend) => trend.name), show)(0);
    new TablePanel(byId("history-tables"), "trends", [trendTable(environment, show)]);
  };
  byId("trend-earlier").onclick = () => moveTrend(byId("trend"), -1);
  byId("trend-later").onclick = () => moveTrend(byId("trend"), 1);
  choices("history-environment", environments.map((environment) => environment.name), showEnvironment)(0);
}

function showProfiles() {
  const { profiles } = data;
  byId("profile-panel").hidden = !profiles.length;
  byId("profile").hidden = !profiles.length;
  if (!profiles.length) return;
  const show = (position) => {
    const profile = profiles[position];
    const more = data.more_profiles ? ` ${pluralize(data.more_profiles, "quicker profile")} not shown.` : "";
    byId("profile-note").textContent =
      `${profile.title}: the traced round took ${duration(profile.traced_wall_s)}, ` +
      (profile.wall_s === null ? "no round was timed." : `a timed one ${duration(profile.wall_s)}. Tracing makes a round slower.`) +
      more;
    byId("profile-alerts").replaceChildren(...profileAlerts(profile));
    byId("profile-notes").replaceChildren(...list(profile.notes));
    drawNow("profile", showProfile(profile));
  };
  choices("profile-target", profiles.map((profile) => profile.title), show)(0);
}

function showTablesOf(part, value, tables, note) {
  byId(`${part}-panel`).hidden = value === null;
  if (value === null) return;
  byId(`${part}-about`).textContent = note;
  new TablePanel(byId(`${part}-tables`), part, tables);
}

function aboutLint({ compliant_percent, files, total_unreadable, known: old }) {
  return [
    `${tenths.format(compliant_percent)} % of ${pluralize(files, "file")} comply with all rules.`,
    total_unreadable > 0 && `${pluralize(total_unreadable, "file")} more could not be checked.`,
    old > 0 && `${pluralize(old, "known violation")} omitted.`,
  ]
    .filter(Boolean)
    .join(" ");
}

const aboutTests = ({ compared_with }) =>
  compared_with
    ? `The tests were run, and their outcomes compared with ${compared_with}.`
    : "The tests were run. There was no recorded state to compare their outcomes with.";

function showRest() {
  const { lint, verification, rewrites } = data;
  showTablesOf("lint", lint, lint && lintTables(lint), lint && aboutLint(lint));
  showTablesOf("tests", verification, verification && testTables(verification), verification && aboutTests(verification));
  byId("rewrites-panel").hidden = !rewrites.length;
  byId("rewrites").replaceChildren(
    ...list(
      rewrites.map(
        (each) =>
          `${each.codemod}: ${pluralize(each.applied, "file")} rewritten, ${whole.format(each.taken_back)} taken back, ${pluralize(each.left_alone, "place")} left alone`,
      ),
    ),
  );
  byId("environment-panel").hidden = !data.environment.length && !data.notes.length;
  byId("environment").replaceChildren(
    ...data.environment.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
  byId("notes").replaceChildren(...list(data.notes));
}

// Links to the parts that are shown.
function showContents() {
  const parts = [...document.querySelectorAll("section[data-title]:not([hidden])")];
  byId("contents").replaceChildren(...parts.map((part) => element("a", { href: `#${part.id}` }, part.dataset.title)));
  byId("contents").hidden = parts.length < 2;
}

function main() {
  const draw = () => draws.forEach((each) => each());
  connectTheme(draw);
  showHead();
  showHeadline();
  showFindingsOfTargets();
  showTargets();
  showChanges();
  showHistory();
  showProfiles();
  showRest();
  showContents();
  resizeWithWindow([...PROFILE_CHARTS, "targets-chart", "rounds", "rounds-phases", "rounds-activity", "rounds-memory", "forest", "trend"]);
  document.documentElement.dataset.ready = "yes";
}

main();
