"""What came of it: figures per class, the issue's marks, and the errors for a person to read."""

import collections
import dataclasses

# The classes in which a venue's absence is tested, and those without one right answer.
ABSENT = ("absent", "absent, typo", "absent, name")
NO_RIGHT_ANSWER = ("chains",)
CLEAN_AND_TYPO = ("clean", "typo", "typos")


@dataclasses.dataclass
class Figures:
    """Counts of one class, or of several together."""
    number: int = 0
    matched: int = 0
    matched_right: int = 0
    meant: int = 0
    found: int = 0
    first: int = 0
    fifth: int = 0
    present: int = 0
    ambiguous: int = 0
    none: int = 0
    seconds: float = 0

    def add(self, other):
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def share(self, part, whole):
        part, whole = getattr(self, part), getattr(self, whole)
        return part / whole if whole else None

    def row(self):
        return {"number": self.number, "meant": self.meant, "matched": self.matched,
                "precision": self.share("matched_right", "matched"), "recall": self.share("found", "meant"),
                "top_1": self.share("first", "present"), "top_5": self.share("fifth", "present"),
                "matched_share": self.share("matched", "number"),
                "ambiguous": self.share("ambiguous", "number"), "none": self.share("none", "number"),
                "queries_per_second": self.number / self.seconds if self.seconds else None}


def outcome(query, answer):
    """What an answer is worth: right, wrong, missed (a match was to be said, and it was not), or fair."""
    if answer["verdict"] == "match":
        return "right" if query.expect in ("match", "either") and answer["id"] in query.right else "wrong"
    return "missed" if query.expect == "match" else "fair"


def judged(query, answer, figures):
    """Counts one answer."""
    candidates = [candidate["id"] for candidate in answer["candidates"]]
    result = outcome(query, answer)
    figures.number += 1
    figures.matched += answer["verdict"] == "match"
    figures.matched_right += result == "right"
    figures.ambiguous += answer["verdict"] == "ambiguous"
    figures.none += answer["verdict"] == "none"
    if query.expect == "match":
        figures.meant += 1
        figures.found += result == "right"
    if query.right and query.expect != "no match":
        figures.present += 1
        named = [answer["id"]] if answer["verdict"] == "match" else []
        figures.first += (named + candidates)[:1] != [] and (named + candidates)[0] in query.right
        figures.fifth += any(id in query.right for id in named + candidates[:5])


def cause(query, answer):
    """Why an error is one, in a few words: what errors are grouped by."""
    candidates = [candidate["id"] for candidate in answer["candidates"][:5]]
    if outcome(query, answer) == "wrong":
        if query.expect == "no match":
            return "matched what is not there"
        if query.expect == "ambiguous":
            return "guessed one of several" if answer["id"] in query.right else "matched another"
        return "matched another" + ("" if any(id in query.right for id in candidates) else ", right one not found")
    place = next((i for i, id in enumerate(candidates) if id in query.right), None)
    if place is None:
        return f"{answer['verdict']}: right one not among the first five"
    return f"{answer['verdict']}: right one is number {place + 1}"


def total(by_class, kinds=None):
    figures = Figures()
    for kind, counted in by_class.items():
        if kinds is None or kind in kinds:
            figures.add(counted)
    return figures


def marks(by_class):
    """(what, value, mark, met) of each mark that the classes asked let one tell."""
    told = []
    everything = total(by_class)
    precision = everything.share("matched_right", "matched")
    told.append(("precision of match, all classes", precision, "≥ 0.99", precision is not None and precision >= 0.99))
    for kind in CLEAN_AND_TYPO:
        if kind in by_class and by_class[kind].meant:
            recall = by_class[kind].share("found", "meant")
            told.append((f"recall, {kind}", recall, "≥ 0.95", recall >= 0.95))
    present = total(by_class, [kind for kind in by_class if kind not in NO_RIGHT_ANSWER])
    if present.present:
        fifth = present.share("fifth", "present")
        told.append(("right one among the first five, all classes", fifth, "≥ 0.97", fifth >= 0.97))
    gone = total(by_class, ABSENT)
    if gone.number:
        share = gone.share("matched", "number")
        told.append(("absent places matched", share, "≤ 0.01", share <= 0.01))
    return told


def cell(value, digits=3):
    return "–" if value is None else f"{value:.{digits}f}" if isinstance(value, float) else str(value)


HEADINGS = ("number", "meant", "matched", "precision", "recall", "top 1", "top 5", "ambiguous", "none", "q/s")


def table(by_class):
    """Rows of text with a heading, the widest class first column."""
    width = max(len(kind) for kind in [*by_class, "all classes"])
    lines = [" ".join([" " * width, *(f"{h:>9}" for h in HEADINGS)])]
    for kind, figures in [*by_class.items(), ("all classes", total(by_class))]:
        row = figures.row()
        values = [cell(row[key]) for key in ("number", "meant", "matched", "precision", "recall", "top_1", "top_5",
                                             "ambiguous", "none")] + [cell(row["queries_per_second"], 0)]
        lines.append(" ".join([f"{kind:<{width}}", *(f"{v:>9}" for v in values)]))
    return lines


def told(candidate, right):
    """One candidate with its reasons."""
    name = candidate["name"]
    name = (name.get("fi") or next(iter(name.values()), "")) if isinstance(name, dict) else name
    # What fits fully needs no words.
    reasons = "; ".join(f"{r['feature']} {r['score']:+.2f}" + (f" {r['detail']}" if r["score"] < 1 else "")
                        for r in candidate.get("reasons") or [])
    mark = "*" if candidate["id"] in right else " "
    return f"      {mark} {candidate['score']:5.1f} {candidate['id']} {name} | {reasons}"


def errors(answered, most):
    """The wrong matches and misses, grouped by class and cause, at most `most` of each group."""
    groups = collections.defaultdict(list)
    for query, answer in answered:
        lost = (query.expect in ("either", "ambiguous") and query.kind not in NO_RIGHT_ANSWER and query.right
                and not any(c["id"] in query.right for c in answer["candidates"][:5]))
        if outcome(query, answer) in ("wrong", "missed") or lost:
            groups[(outcome(query, answer) != "wrong", query.kind, cause(query, answer))].append((query, answer))
    lines = []
    for (_, kind, why), members in sorted(groups.items(), key=lambda g: (g[0][0], -len(g[1]), g[0])):
        lines.append(f"\n{kind}: {why} ({len(members)})")
        for query, answer in members[:most]:
            lines.append(f"  {query.text}")
            lines.append(f"      expected {query.expect} {' '.join(query.right[:5])}; got {answer['verdict']} "
                         + (answer["id"] or ""))
            lines += [told(candidate, query.right) for candidate in answer["candidates"][:3]]
            if not answer["candidates"]:
                address = {k: v for k, v in (answer.get("address") or {}).items() if v not in (None, [], "")}
                lines.append(f"      no candidates; address read: {address}")
    return lines
