// The tables of a report.

const known = (show) => (value) => (value === null ? "–" : show(value));
const seconds = (key, title, hint) => ({ key, title, kind: "number", show: known(duration), hint });
const count = (key, title, hint) => ({ key, title, kind: "number", show: known((value) => whole.format(value)), hint });

const verdictChip = (verdict) =>
  element("span", { class: `chip ${VERDICT_CLASSES[verdict] || "unclear"}` }, verdict);

const verdictColumn = (key = "verdict", title = "verdict") => ({
  key,
  title,
  kind: "short",
  show: (value) => (value ? verdictChip(value) : ""),
});

// `show` is called with the name of a target that the user wants to see, one of `names`.
function targetTable(rows, names, show) {
  const has = (key) => rows.some((row) => row[key] !== null);
  const name = (value) => {
    if (!names.includes(value)) return value;
    const button = element("button", { type: "button", class: "opens" }, value);
    button.onclick = () => show(value);
    return button;
  };
  const mebi = { key: "peak_bytes", title: "peak, MiB", kind: "number", show: known(mebibytes) };
  const ratio = { key: "ratio", title: "CPU", kind: "number", show: known(change), hint: "CPU time relative to before" };
  return {
    name: "targets",
    sort: "wall_s",
    rows,
    columns: [
      { key: "name", title: "target", kind: "text", show: name },
      verdictColumn(),
      seconds("wall_s", "wall"),
      ...(has("before_s") ? [seconds("before_s", "before")] : []),
      ...(has("ratio") ? [ratio] : []),
      ...(has("budget_s") ? [seconds("budget_s", "budget")] : []),
      count("items", "items"),
      ...(rows.some((row) => row.errors) ? [count("errors", "errors")] : []),
      ...(has("peak_bytes") ? [mebi] : []),
      count("warnings", "warnings"),
    ],
  };
}

const changeTables = ({ counters, causes, totals }) => [
  {
    name: "new lines",
    sort: "seconds",
    rows: causes,
    total: totals.causes,
    note: "Lines of the later run that import, start, or wait for what the earlier run does not.",
    columns: [
      { key: "where", title: "line", kind: "text" },
      { key: "what", title: "does", kind: "text" },
      { key: "target", title: "target", kind: "short" },
      { key: "seconds", title: "takes", kind: "number", show: (value) => (value ? duration(value) : "–") },
    ],
  },
  {
    name: "counters",
    sort: "growth",
    rows: counters,
    total: totals.counters,
    note: "Exact counters of work that differ. One that differs from round to round decides nothing.",
    columns: [
      { key: "target", title: "target", kind: "text" },
      { key: "counter", title: "counter", kind: "short" },
      count("base", "before"),
      count("head", "after"),
      { key: "growth", title: "growth", kind: "number", show: (value) => `${value > 0 ? "+" : ""}${whole.format(value)}` },
      { key: "stable", title: "repeats", kind: "short", show: (value) => (value ? "yes" : "no") },
    ],
  },
];

function lintTables({ rules, violations, total, unreadable, total_unreadable }) {
  const before = rules.some((row) => row.before !== null);
  return [
    {
      name: "rules",
      sort: "after",
      rows: rules,
      columns: [
        { key: "rule", title: "rule", kind: "text" },
        ...(before ? [count("before", "before")] : []),
        count("after", before ? "after" : "violations"),
      ],
    },
    {
      name: "violations",
      sort: "where",
      ascending: true,
      rows: violations,
      total,
      held: "first",
      columns: [
        { key: "where", title: "line", kind: "text" },
        { key: "rule", title: "rule", kind: "short" },
        { key: "message", title: "what", kind: "text" },
        { key: "fix", title: "fix", kind: "text" },
      ],
    },
    {
      name: "not checked",
      sort: "path",
      ascending: true,
      rows: unreadable,
      total: total_unreadable,
      held: "first",
      columns: [
        { key: "path", title: "file", kind: "text" },
        { key: "message", title: "why", kind: "text" },
      ],
    },
  ];
}

const testTables = ({ targets, changes, total }) => [
  {
    name: "outcomes",
    sort: "failed",
    rows: targets,
    columns: [
      { key: "target", title: "target", kind: "text" },
      verdictColumn(),
      ...["passed", "failed", "errors", "skipped", "xfailed"].map((name) => count(name, name)),
      { key: "success", title: "success", kind: "number", show: known((value) => `${tenths.format(value)} %`) },
      { key: "reasons", title: "reasons", kind: "text" },
    ],
  },
  {
    name: "changed tests",
    sort: "rank",
    ascending: true,
    rows: changes,
    total,
    held: "worst",
    columns: [
      { key: "nodeid", title: "test", kind: "text" },
      { key: "rank", title: "change", kind: "short", show: (rank, row) => row.kind },
      { key: "target", title: "target", kind: "text" },
      { key: "before", title: "before", kind: "short" },
      { key: "now", title: "now", kind: "short" },
      { key: "message", title: "message", kind: "text" },
    ],
  },
];

// One row for each trend of an environment; `show` is called with its position.
function trendTable({ runs, trends }, show) {
  const last = (values) => values.findLast((value) => value !== null) ?? null;
  const rows = trends.map((trend, position) => {
    const step = trend.steps.at(-1);
    const same = trend.steps.filter((other) => other.at === step.at);
    return {
      position,
      name: trend.name,
      runs: trend.ms.filter((value) => value !== null).length,
      now: last(trend.ms),
      steps: trend.steps.length,
      when: step ? runs[step.at][0] : "",
      words: same.map((other) => other.words).join(", "),
      range: step ? step.range : "",
    };
  });
  const name = (value, row) => {
    const button = element("button", { type: "button", class: "opens" }, value);
    button.onclick = () => show(row.position);
    return button;
  };
  return {
    name: "trends",
    sort: "when",
    rows,
    columns: [
      { key: "name", title: "target", kind: "text", show: name },
      count("runs", "runs"),
      { key: "now", title: "last", kind: "number", show: known((value) => duration(value / 1000)) },
      count("steps", "steps"),
      { key: "when", title: "last step", kind: "short" },
      { key: "words", title: "what changed", kind: "text" },
      { key: "range", title: "commits", kind: "short" },
    ],
  };
}
