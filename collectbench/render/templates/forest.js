// The change of each target: a dot for the ratio, a line for its interval, a band for the tolerated growth.

const MOST_ROWS_OF_FOREST = 40;
const FOREST_ROW = 22;

const change = (ratio) => `${ratio >= 1 ? "+" : "−"}${tenths.format(Math.abs(100 * (ratio - 1)))} %`;

// Returns the targets that have a ratio, the largest growth first, and how many of them the chart leaves out.
function forestRows(targets) {
  const timed = targets.filter((target) => target.ratio !== null && target.ratio > 0);
  const ordered = [...timed].sort((a, b) => b.ratio - a.ratio);
  if (ordered.length <= MOST_ROWS_OF_FOREST) return { rows: ordered, left: 0 };
  const farthest = [...ordered].sort((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)));
  const kept = new Set(farthest.slice(0, MOST_ROWS_OF_FOREST));
  return { rows: ordered.filter((row) => kept.has(row)), left: ordered.length - MOST_ROWS_OF_FOREST };
}

// The label of a target beside a chart. A long one keeps its end, since paths often begin alike.
function targetLabel(left, fontSize) {
  const most = Math.floor((left - 12) / (0.6 * fontSize));
  const formatter = (name) => (name.length > most ? `…${name.slice(1 - most)}` : name);
  return { color: cssColor("ink"), width: left - 12, overflow: "truncate", fontSize, formatter };
}

function drawForest(host, rows) {
  host.style.height = `${rows.length * FOREST_ROW + 40}px`;
  const each = rows.slice(0, DESCRIBED).map((row) => `${row.name} ${change(row.ratio)}, ${row.change}`);
  describe(host, `CPU time relative to before, the largest growth first: ${each.join("; ")}. The table of targets has all.`);
  const narrow = host.clientWidth < NARROW;
  const [left, right, fontSize] = narrow ? [116, 96, 11] : [220, 150, 12];
  const ends = rows.flatMap((row) => [...(row.ci95 || [row.ratio]), row.ratio, 1 + row.margin, 1 - row.margin / 2]);
  const [least, most] = [Math.max(0.2, Math.min(...ends)), Math.min(4, Math.max(...ends))];
  const room = (most - least) * 0.04;
  newChart(host).setOption({
    animation: false,
    grid: { left, right, top: 6, bottom: 28 },
    tooltip: tooltip(({ dataIndex }) => forestTip(rows[dataIndex])),
    xAxis: {
      type: "value",
      min: least - room,
      max: most + room,
      splitNumber: narrow ? 2 : 6,
      ...axisColors(),
      axisLabel: {
        color: cssColor("quiet"),
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value) => `${value >= 1 ? "+" : "−"}${whole.format(Math.abs(100 * (value - 1)))} %`,
      },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => chartText(row.name)),
      ...axisColors(),
      axisTick: { show: false },
      axisLabel: targetLabel(left, fontSize),
    },
    series: [
      {
        type: "custom",
        data: rows.map((row, index) => [row.ratio, index]),
        renderItem: (params, api) => forestRow(rows[params.dataIndex], params, api, fontSize),
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: cssColor("quiet"), type: "solid" },
          data: [{ xAxis: 1 }],
        },
      },
    ],
  });
}

function forestRow(row, params, api, fontSize) {
  const at = (ratio) => {
    const { x, width } = params.coordSys;
    return Math.min(Math.max(api.coord([ratio, params.dataIndex])[0], x), x + width);
  };
  const y = api.coord([row.ratio, params.dataIndex])[1];
  const [low, high] = row.ci95 || [row.ratio, row.ratio];
  const color = cssColor(VERDICT_CLASSES[row.change] || "quiet");
  const band = { x: at(1), y: y - FOREST_ROW / 2, width: at(1 + row.margin) - at(1), height: FOREST_ROW };
  return {
    type: "group",
    children: [
      { type: "rect", shape: band, style: { fill: cssColor("mute"), opacity: 0.25 } },
      { type: "line", shape: { x1: at(low), y1: y, x2: at(high), y2: y }, style: { stroke: color, lineWidth: 3 } },
      { type: "circle", shape: { cx: at(row.ratio), cy: y, r: 5 }, style: { fill: color } },
      {
        type: "text",
        style: {
          x: params.coordSys.x + params.coordSys.width + 8,
          y,
          text: `${change(row.ratio)} ${VERDICT_SHORT[row.change] || ""}`,
          fill: cssColor("ink"),
          fontSize,
          verticalAlign: "middle",
        },
      },
    ],
  };
}

function forestTip(row) {
  const lines = [`CPU time ${change(row.ratio)}, tolerated +${tenths.format(100 * row.margin)} %`];
  if (row.ci95) lines.push(`95 % interval: ${change(row.ci95[0])} to ${change(row.ci95[1])}`);
  if (row.pairs) lines.push(pluralize(row.pairs, "pair"));
  if (row.before_s !== null && row.wall_s !== null) lines.push(`wall: ${duration(row.before_s)} -> ${duration(row.wall_s)}`);
  return tip(`${row.name}: ${row.change}`, lines);
}
