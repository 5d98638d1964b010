// Memory over time, in front of the phases.

const LEFT = 64;
const RIGHT = 20;

function drawMemory(host, timeline, phases) {
  const peak = Math.max(...timeline.map(([, bytes]) => bytes));
  describeFigures(host, `at most ${mebibytes(peak)} MiB, at the end ${mebibytes(timeline.at(-1)[1])} MiB`);
  let begin = 0;
  const areas = phases.map((phase, index) => {
    const from = begin;
    begin += phase.seconds;
    const shade = { color: cssColor("mute"), opacity: index % 2 ? 0.16 : 0.04 };
    const fits = (phase.seconds / timeline.at(-1)[0]) * (host.clientWidth - LEFT - RIGHT) > 7 * phase.name.length + 4;
    return [
      {
        xAxis: from,
        name: phase.name,
        itemStyle: shade,
        label: { show: fits, position: "insideTop", color: cssColor("quiet") },
      },
      { xAxis: begin },
    ];
  });
  newChart(host).setOption({
    animation: false,
    grid: { left: LEFT, right: RIGHT, top: 14, bottom: 28 },
    tooltip: tooltip(
      (points) => tip(`${mebibytes(points[0].value[1] * 1048576)} MiB`, [`at ${duration(points[0].value[0])}`]),
      { trigger: "axis" },
    ),
    xAxis: { type: "value", min: 0, max: "dataMax", ...axisColors(), axisLabel: secondsLabel(timeline.at(-1)[0]) },
    yAxis: {
      type: "value",
      ...axisColors(),
      axisLabel: { color: cssColor("quiet"), formatter: (value) => `${value} MiB` },
    },
    series: [
      {
        type: "line",
        symbol: "none",
        lineStyle: { color: cssColor("accent"), width: 2 },
        areaStyle: { color: cssColor("accent"), opacity: 0.18 },
        data: timeline.map(([seconds, bytes]) => [seconds, bytes / 1048576]),
        markArea: { silent: true, data: areas },
      },
    ],
  });
}
