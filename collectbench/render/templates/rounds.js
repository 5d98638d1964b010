// The rounds of one target as dots in the order in which they ran, above a strip of what disturbed them.
// A round is [kind, wall, CPU, waiting, queueing, pair, CPU pressure, I/O pressure, withheld]; times in seconds.

const KIND = 0;
const WALL = 1;
const PAIR = 5;
const STRIP_ROW = 16;

// Each row of the strip: its name, and the share of the wall time that it takes of a round (null if unknown).
const DISTURBANCES = [
  ["waiting", (round) => round[3] === null ? null : Math.max(0, round[3]) / round[WALL]],
  ["queueing", (round) => round[4] === null ? null : round[4] / round[WALL]],
  ["CPU pressure", (round) => round[6]],
  ["I/O pressure", (round) => round[7]],
  ["withheld", (round) => round[8] === null ? null : round[8] / round[WALL]],
];

// Returns the groups of dots: [name, colour, whether they are hollow, [[position, round], …]], and the positions.
function roundGroups({ rounds, base_rounds: base }) {
  const isPair = (round) => round[KIND] === "timed" && round[PAIR] !== null;
  if (base.some(isPair) && rounds.some(isPair)) {
    const placed = (side) => side.filter(isPair).map((round) => [round[PAIR], round]);
    const numbers = [...rounds, ...base].filter(isPair).map((round) => round[PAIR]);
    const positions = Array.from({ length: Math.max(...numbers) + 1 }, (_, pair) => pair);
    return {
      paired: true,
      positions,
      groups: [
        ["before", cssColor("quiet"), true, placed(base)],
        ["after", cssColor("accent"), false, placed(rounds)],
      ],
    };
  }
  const placed = rounds.map((round, position) => [position, round]);
  const ofKind = (kind) => placed.filter(([, round]) => round[KIND] === kind);
  const groups = [
    ["timed", cssColor("accent"), false, ofKind("timed")],
    ["warmup", cssColor("quiet"), true, ofKind("warmup")],
    ["cold", cssColor("cold"), true, ofKind("cold")],
  ];
  return { paired: false, positions: placed.map(([position]) => position), groups: groups.filter((group) => group[3].length) };
}

function disturbanceLines(round) {
  return DISTURBANCES.map(([name, share]) => [name, share(round)])
    .filter(([, share]) => share !== null && share >= 0.005)
    .map(([name, share]) => `${name}: ${tenths.format(100 * share)} %`);
}

function drawRounds(host, entry, budget) {
  const { paired, positions, groups } = roundGroups(entry);
  const every = groups.flatMap(([, , , placed]) => placed);
  const rows = DISTURBANCES.filter(([, share]) => every.some(([, round]) => share(round) !== null));
  const strip = rows.length * STRIP_ROW;
  host.style.height = `${250 + strip}px`;
  const left = 96;
  const most = Math.max(...every.map(([, round]) => round[WALL]));
  const shown = budget !== null && budget <= 1.6 * most ? budget : null;
  const names = positions.map((position) => String(position + 1));
  const cells = groups.flatMap(([name, , , placed], side) =>
    placed.flatMap(([position, round]) =>
      rows.map(([, share], row) => [position, row, share(round), side, name]).filter(([, , share]) => share !== null),
    ),
  );
  const shortest = Math.min(...every.map(([, round]) => round[WALL]));
  describe(
    host,
    `Wall time of ${groups.map(([name, , , placed]) => `${placed.length} ${name}`).join(" and ")} rounds, ` +
      `from ${duration(shortest)} to ${duration(most)}, and what disturbed them.`,
  );
  newChart(host).setOption({
    animation: false,
    grid: [
      { left, right: 16, top: 14, height: 180 },
      { left, right: 16, top: 226, height: strip },
    ],
    tooltip: tooltip(({ data }) => data.tip()),
    xAxis: [
      { type: "category", data: names, ...axisColors() },
      { type: "category", gridIndex: 1, data: names, show: false },
    ],
    yAxis: [
      { type: "value", scale: true, max: shown === null ? null : Math.max(most, shown), ...axisColors(), axisLabel: secondsLabel(most) },
      {
        type: "category",
        gridIndex: 1,
        inverse: true,
        data: rows.map(([name]) => name),
        ...axisColors(),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: cssColor("quiet"), fontSize: 11 },
      },
    ],
    series: [
      ...(paired ? [pairLines(groups)] : []),
      ...groups.map(([name, color, hollow, placed], index) => ({
        type: "scatter",
        name,
        symbolSize: 9,
        itemStyle: hollow ? { color: "transparent", borderColor: color, borderWidth: 2 } : { color },
        data: placed.map(([position, round]) => ({
          value: [position, round[WALL]],
          tip: () =>
            tip(`${name}, ${paired ? "pair" : "round"} ${position + 1}: ${duration(round[WALL])}`, [
              `CPU: ${duration(round[2])}`,
              ...disturbanceLines(round),
            ]),
        })),
        markLine: shown === null || index > 0 ? undefined : budgetLine(shown),
      })),
      {
        type: "custom",
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: cells.map(([position, row, share, side, name]) => ({
          value: [position, row, share, side],
          tip: () =>
            tip(rows[row][0], [
              `${tenths.format(100 * share)} % of the wall time of ${paired ? `the round ${name} of pair` : "round"} ${position + 1}`,
            ]),
        })),
        renderItem: (params, api) => {
          const [x, y] = api.coord([api.value(0), api.value(1)]);
          const room = Math.max(2, Math.min(api.size([1, 1])[0] - 2, 40));
          const width = paired ? Math.max(1, room / 2 - 1) : room;
          const middle = paired ? x + (api.value(3) - 0.5) * (width + 2) : x;
          const opacity = Math.min(1, api.value(2) * 4) * 0.9;
          return {
            type: "rect",
            shape: { x: middle - width / 2, y: y - STRIP_ROW / 2 + 2, width, height: STRIP_ROW - 4 },
            style: { fill: cssColor("strip"), fillOpacity: opacity, stroke: cssColor("line"), lineWidth: 1 },
          };
        },
      },
    ],
  });
}

const budgetLine = (seconds) => ({
  silent: true,
  symbol: "none",
  lineStyle: { color: cssColor("fail"), type: "dashed" },
  label: { formatter: `budget ${duration(seconds)}`, color: cssColor("fail"), position: "insideEndTop" },
  data: [{ yAxis: seconds }],
});

// A line between the two rounds of each pair, in the colour of what happened to the time.
function pairLines([[, , , before], [, , , after]]) {
  const earlier = new Map(before);
  const data = after
    .filter(([pair]) => earlier.has(pair))
    .map(([pair, round]) => ({
      value: [pair, earlier.get(pair)[WALL], round[WALL]],
      tip: () => tip(`pair ${pair + 1}`, [`${duration(earlier.get(pair)[WALL])} -> ${duration(round[WALL])}`]),
    }));
  return {
    type: "custom",
    data,
    renderItem: (params, api) => {
      const [x, top] = api.coord([api.value(0), api.value(1)]);
      const bottom = api.coord([api.value(0), api.value(2)])[1];
      const stroke = cssColor(bottom < top ? "fail" : "pass");
      return { type: "line", shape: { x1: x, y1: top, x2: x, y2: bottom }, style: { stroke, lineWidth: 2, opacity: 0.6 } };
    },
  };
}
