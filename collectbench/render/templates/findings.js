// The findings of a profile: what to change, the largest saving first, and the notes that save nothing.

const FINDINGS_OPEN = 5;

function diffLines(diff) {
  const kinds = { "+": "added", "-": "removed" };
  return diff.split("\n").map((line) => element("span", { class: kinds[line[0]] || "" }, `${line}\n`));
}

function findingPlaces(finding) {
  const rows = finding.places.map(([place, source]) =>
    element("li", {}, element("code", { class: "place" }, place), ...(source ? [element("code", {}, source)] : [])),
  );
  const more = finding.total_places - finding.places.length;
  if (more > 0) rows.push(element("li", { class: "quiet" }, `and ${pluralize(more, "more place")}`));
  return element("ul", {}, ...rows);
}

function findingBody(finding) {
  const labelled = (label, text) => text && element("p", {}, element("b", {}, `${label}: `), text);
  return [
    finding.places.length && findingPlaces(finding),
    labelled("why", finding.why),
    labelled("note", finding.alone),
    labelled("fix", finding.fix),
    finding.diff && element("pre", { class: "diff" }, ...diffLines(finding.diff)),
    finding.command && element("pre", {}, finding.command),
    ...finding.proofs.map((text) => element("p", {}, text)),
    finding.repeat && element("pre", {}, finding.repeat),
  ].filter(Boolean);
}

const PROOF_CLASSES = { proven: "pass", refuted: "fail", inconclusive: "unclear" };

// The first findings are open, if they are few; all others show one line each.
function findingItem(finding, position) {
  const head = [
    finding.amount && element("b", { class: "amount" }, finding.amount),
    finding.verdict && element("span", { class: `chip ${PROOF_CLASSES[finding.verdict]}` }, finding.verdict),
    element("span", { class: "cause" }, finding.cause),
    element("span", { class: "subject" }, finding.subject),
  ].filter(Boolean);
  const item = element("details", { class: "finding" }, element("summary", {}, ...head), ...findingBody(finding));
  item.open = finding.amount !== "" && position < FINDINGS_OPEN;
  return item;
}

// `wholeS` are the seconds of the traced round without queueing; `summary` replaces the sum of the estimates.
function showFindings(findings, wholeS, total, summary = "") {
  byId("findings-panel").hidden = !findings.length;
  const saving = findings.filter((finding) => finding.amount);
  const saved = saving.reduce((sum, finding) => sum + finding.saving_s, 0);
  const sum = saving.length
    ? `${pluralize(saving.length, "finding")}: ${duration(saved)} of the ${duration(wholeS)} that the traced round took without queueing`
    : "nothing to save: these findings are notes";
  const more = total > findings.length ? ` The JSON document has all ${whole.format(total)}.` : "";
  byId("findings-note").textContent = (summary || sum) + more;
  byId("findings").replaceChildren(...findings.map(findingItem));
}
