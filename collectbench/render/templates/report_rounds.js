// The panel with the rounds of one target, which the user chooses.

// Returns the names of the targets that have rounds or a failure to show, and a function that shows one of them.
function showRounds() {
  const entries = Object.entries(data.rounds).filter(([, entry]) => entry.rounds.length || entry.status !== "ok");
  byId("rounds-panel").hidden = !entries.length;
  if (!entries.length) return [[], () => {}];
  const show = (position) => showRoundsOf(...entries[position]);
  const suite = data.targets.find((target) => target.suite);
  const names = entries.map(([name]) => name);
  const select = choices("rounds-target", names, show);
  select(Math.max(0, suite ? names.indexOf(suite.name) : 0));
  const follow = (name) => {
    select(names.indexOf(name));
    byId("rounds-panel").scrollIntoView({ block: "start" });
    byId("rounds-target").focus({ preventScroll: true });
  };
  return [names, follow];
}

function showRoundsOf(name, entry) {
  const target = data.targets.find((each) => each.name === name);
  const bad = entry.status !== "ok";
  byId("rounds-alert").hidden = !bad;
  byId("rounds-alert").replaceChildren(`Status: ${entry.status}`, ...(entry.message ? [element("pre", {}, entry.message)] : []));
  const checks = target ? target.checks : [];
  byId("rounds-checks").replaceChildren(
    ...checks.map((check) =>
      element("li", {}, verdictChip(check.gates ? check.verdict : goalWord(check.verdict)), ` ${check.key}: ${check.reason}`),
    ),
  );
  const reasons = target ? target.reasons : [];
  const others = reasons.filter((reason) => !checks.some((check) => reason.startsWith(`${check.key}: `)));
  byId("rounds-reasons").replaceChildren(...list(others));
  byId("rounds-notes").replaceChildren(...list(entry.notes));
  const has = entry.rounds.length > 0;
  byId("rounds").hidden = !has;
  byId("rounds-legend").textContent = has ? roundsLegend(entry) : "No round was taken.";
  byId("rounds-phases-part").hidden = !entry.phases.length;
  const activity = roundActivity(entry.rounds);
  byId("rounds-activity-part").hidden = !activity.length;
  byId("rounds-memory-part").hidden = entry.memory.length < 2;
  drawNow("rounds", () => {
    if (has) drawRounds(byId("rounds"), entry, target ? target.budget_s : null);
    if (entry.phases.length) drawWaterfall(byId("rounds-phases"), entry.phases);
    if (activity.length) drawWaterfall(byId("rounds-activity"), activity);
    if (entry.memory.length > 1) drawMemory(byId("rounds-memory"), entry.memory, entry.phases);
  });
}

// Divides the wall time of the lower-median timed round; empty if the system does not tell waiting from queueing.
function roundActivity(rounds) {
  const timed = rounds.filter((round) => round[KIND] === "timed").sort((a, b) => a[WALL] - b[WALL]);
  if (!timed.length) return [];
  const [, wall, , waited, queued] = timed[Math.floor((timed.length - 1) / 2)];
  if (waited === null || queued === null) return [];
  const waiting = Math.max(0, waited);
  return [
    { name: "running", seconds: Math.max(0, wall - waiting - queued) },
    { name: "waiting", seconds: waiting },
    { name: "queueing", seconds: queued },
  ];
}

const goalWord = (verdict) => ({ pass: "reached", fail: "not reached" })[verdict] || "unknown";

function roundsLegend(entry) {
  const { paired, groups } = roundGroups(entry);
  const dots = paired
    ? "Hollow: before. Filled: after. A green line is a pair that became quicker, a red one that became slower."
    : groups.map(([name, , hollow]) => `${name}: ${hollow ? "hollow" : "filled"} dots`).join(", ") + ".";
  const more = entry.more_rounds ? ` ${pluralize(entry.more_rounds, "later round")} not shown; the JSON document has all.` : "";
  const halves = paired ? ", left before, right after" : "";
  return `${dots} The strip tells what took time from a round${halves}: the stronger the colour, the larger the share of its wall time; 25 % and more look alike.${more}`;
}
