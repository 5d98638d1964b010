// The targets of a report: a bar for each of the slowest, and a table of all.

const MOST_TARGETS_IN_CHART = 25;

// Whether a budget is near enough to the bars that its line is drawn.
const isInChart = (budget, rows) => budget <= 1.05 * Math.max(...rows.flatMap((row) => [row.wall_s, row.before_s ?? 0]));

function drawTargets(host, targets) {
  const timed = targets.filter((target) => target.wall_s !== null).sort((a, b) => b.wall_s - a.wall_s);
  const rows = timed.slice(0, MOST_TARGETS_IN_CHART);
  host.style.height = `${44 + 24 * rows.length}px`;
  const narrow = host.clientWidth < NARROW;
  const [left, right, fontSize] = narrow ? [116, 76, 11] : [220, 90, 12];
  const most = Math.max(...rows.map((row) => row.wall_s), 0.001);
  const before = rows.some((row) => row.before_s !== null);
  const each = rows.slice(0, DESCRIBED).map((row) => `${row.name} ${duration(row.wall_s)}, ${row.verdict}`);
  describe(host, `Wall time of ${pluralize(rows.length, "target")}, the slowest first: ${each.join("; ")}. The table below has all.`);
  newChart(host).setOption({
    animation: false,
    grid: { left, right, top: 4, bottom: 26 },
    tooltip: tooltip(({ dataIndex }) => {
      const row = rows[dataIndex];
      return tip(row.name, [
        `wall ${duration(row.wall_s)}`,
        ...(row.before_s === null ? [] : [`before ${duration(row.before_s)}`]),
        ...(row.budget_s === null ? [] : [`budget ${duration(row.budget_s)}`]),
        `verdict: ${row.verdict}`,
      ]);
    }),
    xAxis: { type: "value", splitNumber: narrow ? 2 : 5, ...axisColors(), axisLabel: secondsLabel(most) },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => chartText(row.name)),
      ...axisColors(),
      axisTick: { show: false },
      axisLabel: targetLabel(left, fontSize),
    },
    series: [
      ...(before
        ? [{ type: "bar", barWidth: 5, itemStyle: { color: cssColor("mute") }, data: rows.map((row) => row.before_s) }]
        : []),
      {
        type: "bar",
        barWidth: before ? 10 : 14,
        barMinHeight: 1,
        data: rows.map((row) => ({ value: row.wall_s, itemStyle: { color: cssColor(BAR_COLORS[row.verdict] || "accent") } })),
        label: {
          show: true,
          position: "right",
          color: cssColor("ink"),
          fontSize,
          formatter: ({ dataIndex }) => duration(rows[dataIndex].wall_s),
        },
      },
      {
        type: "custom",
        silent: true,
        data: rows.map((row, index) => [row.budget_s, index]),
        renderItem: (params, api) => {
          const budget = rows[params.dataIndex].budget_s;
          if (budget === null || !isInChart(budget, rows)) return undefined;
          const [x, y] = api.coord([budget, params.dataIndex]);
          return { type: "line", shape: { x1: x, y1: y - 10, x2: x, y2: y + 10 }, style: { stroke: cssColor("ink"), lineWidth: 2 } };
        },
      },
    ],
  });
}

function showTargets() {
  const { targets } = data;
  const [names, show] = showRounds();
  byId("targets-panel").hidden = !targets.length;
  if (!targets.length) return;
  const timed = targets.filter((target) => target.wall_s !== null);
  byId("targets-chart").hidden = !timed.length;
  const notes = [
    timed.length > MOST_TARGETS_IN_CHART && `The chart has the slowest ${MOST_TARGETS_IN_CHART} of ${timed.length} targets.`,
    targets.some((target) => target.before_s !== null) && "Grey: before.",
    timed.length < targets.length && `${pluralize(targets.length - timed.length, "target")} without a time: only in the table.`,
    timed.length > 0 && "Blue: pass. Red: fail or error. Amber: undecided or not comparable.",
    timed.some((target) => target.budget_s !== null) && "Upright line: the budget, if it is near enough to be in the chart.",
    names.length > 0 && "Click a target to see its rounds.",
  ];
  byId("targets-about").textContent = notes.filter(Boolean).join(" ");
  if (timed.length) drawNow("targets-chart", () => drawTargets(byId("targets-chart"), targets));
  new TablePanel(byId("targets-tables"), "targets", [targetTable(targets, names, show)]);
}
