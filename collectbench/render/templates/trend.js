// The trend of one target: a dot for each run, a line for each level, and marks where something else changed.
// `runs` are [moment, commit, dirty, marks]; `ms` are milliseconds, null without a figure.

const MOST_RUNS_IN_VIEW = 100;

// The last step is in view, whatever its age, with so many runs before it.
const RUNS_BEFORE_STEP = 20;

const middle = (values) => {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length ? (known[Math.floor((known.length - 1) / 2)] + known[Math.ceil((known.length - 1) / 2)]) / 2 : null;
};

// Returns [[first, last, level in ms], …]: between two steps in time, the level is the median.
function levels({ ms, steps }) {
  const begins = [0, ...steps.filter((step) => step.kind === "time").map((step) => step.at), ms.length];
  return begins
    .slice(0, -1)
    .map((first, index) => [first, begins[index + 1] - 1, middle(ms.slice(first, begins[index + 1]))])
    .filter(([, , level]) => level !== null);
}

function drawTrend(host, runs, trend) {
  host.style.height = "300px";
  const names = runs.map(([moment, commit]) => `${moment.slice(0, 10)} ${commit.slice(0, 7)}`);
  const known = trend.ms.filter((value) => value !== null);
  const low = Math.min(...known);
  const marked = runs.flatMap(([, , , marks], position) => (marks.length ? [position] : []));
  const stepLines = [...stepLabels(trend.steps)].map(([position, text]) => ({
    xAxis: position,
    label: { formatter: text, color: cssColor("ink"), position: "end", fontSize: 11 },
  }));
  const steps = trend.steps.map((step) => `${step.words}, ${step.range}`);
  describe(
    host,
    `Wall time of ${trend.name} in ${pluralize(known.length, "run")}: from ${duration(low / 1000)} to ` +
      `${duration(Math.max(...known) / 1000)}, last ${duration(known.at(-1) / 1000)}. ` +
      (steps.length ? `Steps: ${steps.join("; ")}.` : "No step."),
  );
  const lastStep = trend.steps.length ? trend.steps.at(-1).at : runs.length;
  const first = Math.min(runs.length - MOST_RUNS_IN_VIEW, lastStep - RUNS_BEFORE_STEP);
  const start = Math.max(0, (100 * first) / runs.length);
  newChart(host).setOption({
    animation: false,
    grid: { left: 64, right: 20, top: 34, bottom: 58 },
    tooltip: tooltip(({ data }) => data.tip()),
    xAxis: {
      type: "category",
      data: names,
      ...axisColors(),
      axisLabel: { color: cssColor("quiet"), hideOverlap: true, formatter: (name) => name.slice(0, 10) },
    },
    yAxis: { type: "value", scale: true, ...axisColors(), axisLabel: millisecondsLabel(Math.max(...known)) },
    dataZoom: [
      { type: "slider", start, end: 100, height: 14, bottom: 8, showDetail: false, brushSelect: false, ...sliderColors() },
    ],
    series: [
      {
        type: "scatter",
        symbolSize: 7,
        itemStyle: { color: cssColor("accent"), opacity: 0.75 },
        data: trend.ms.flatMap((value, position) =>
          value === null ? [] : [{ value: [position, value], tip: () => runTip(runs[position], value, trend, position) }],
        ),
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: cssColor("quiet"), type: "dashed" },
          data: stepLines,
        },
      },
      ...levels(trend).map(([first, last, level]) => ({
        type: "line",
        silent: true,
        symbol: "none",
        lineStyle: { color: cssColor("ink"), width: 2 },
        // A line of two points vanishes as soon as one of them is out of view.
        data: Array.from({ length: last - first + 1 }, (_, run) => [first + run, level]),
      })),
      {
        type: "scatter",
        symbol: "triangle",
        symbolSize: 9,
        itemStyle: { color: cssColor("cold") },
        data: marked.map((position) => ({ value: [position, low], tip: () => tip("also changed", runs[position][3]) })),
      },
    ],
  });
}

// Moves the view by half of its width, to the left for a negative direction, as far as there are runs.
function moveTrend(host, direction) {
  const chart = echarts.getInstanceByDom(host);
  const { start, end } = chart.getOption().dataZoom[0];
  const width = end - start;
  const first = Math.min(Math.max(0, start + (direction * width) / 2), 100 - width);
  chart.dispatchAction({ type: "dataZoom", start: first, end: first + width });
}

// Returns the number of items at a run: `items` holds [position, number] of each change.
function itemsAt(items, position) {
  const [, number] = items.findLast(([begin]) => begin <= position) || [];
  return number === undefined ? [] : [pluralize(number, "item")];
}

// Returns a short text for each position with a step: its size in time, else the counter that shows it.
function stepLabels(steps) {
  const labels = new Map();
  for (const { at, kind, label } of steps) if (kind === "time" || !labels.has(at)) labels.set(at, label);
  return labels;
}

function runTip([moment, commit, dirty, marks], value, { steps, items }, position) {
  return tip(`${duration(value / 1000)}`, [
    `${moment} UTC`,
    ...itemsAt(items, position),
    commit ? `commit ${commit}${dirty ? ", with changes" : ""}` : "no commit",
    ...steps.filter((step) => step.at === position).map((step) => `step: ${step.words}, ${step.range}`),
    ...marks,
  ]);
}

const millisecondsLabel = (most) => ({
  color: cssColor("quiet"),
  formatter: (value) => (most < 1000 ? `${whole.format(value)} ms` : `${+(value / 1000).toFixed(3)} s`),
});
