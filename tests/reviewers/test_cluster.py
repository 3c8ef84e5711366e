import time

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.cluster import cluster
from juryroom_reviewers.finding import Finding, Severity
from juryroom_reviewers.reviewer import Method, Seat
from tests.reviewers.build import added, analyser_seat, claim, context, model_seat, said

RED, GREEN, BLUE = (model_seat(family) for family in ("red", "green", "blue"))


def names(*pairs: tuple[Seat, Finding]) -> list[set[str]]:
    merged = cluster(anchor([said(seat, finding) for seat, finding in pairs], context()))
    return [{member.seat.name for member in item.findings} for item in merged]


def test_the_same_defect_from_three_models_is_one_finding() -> None:
    assert names(
        (RED, claim("SQL injection through the name parameter", cwe="CWE-89")),
        (GREEN, claim("User-controlled name is interpolated into the SQL statement", cwe="CWE-89")),
        (BLUE, claim("Unsafe query: name is not bound", line=4)),
    ) == [{"security@red:large", "security@green:large", "security@blue:large"}]


def test_findings_merge_across_categories_and_with_an_analyser() -> None:
    assert names(
        (RED, claim("SQL injection through name", category="security", cwe="CWE-89")),
        (
            model_seat("green", "correctness"),
            claim("A name with a quote breaks the SQL statement", category="correctness"),
        ),
        (analyser_seat(), claim("SQL built from a string", quote="", rule="S608", cwe="CWE-89")),
    ) == [{"security@red:large", "correctness@green:large", "ruff"}]


def test_two_defects_on_neighbouring_lines_stay_two() -> None:
    merged = names(
        (RED, claim("SQL injection through the name parameter", cwe="CWE-89")),
        (GREEN, claim("Rows are all materialised in memory", quote="return [row[0] for row in rows]", cwe="CWE-770")),
    )
    assert merged == [{"security@red:large"}, {"security@green:large"}]


def test_two_defects_on_the_same_line_stay_two_when_they_are_of_different_kinds() -> None:
    merged = names(
        (RED, claim("SQL injection through the name parameter", cwe="CWE-89")),
        (GREEN, claim("Missing index makes each lookup scan everything", cwe="CWE-1067")),
    )
    assert len(merged) == 2


def test_what_analysers_mean_by_different_rules_is_never_merged() -> None:
    ruff, sg = analyser_seat(), analyser_seat("ast-grep", Method.structural)
    injection = claim("SQL is put together from strings", quote="", rule="S608", cwe="CWE-89")
    shell = claim("Shell command with a value in it", quote="", rule="S602", cwe="CWE-78")
    unused = claim("Local variable is never read", quote="", rule="F841", category="correctness", severity=Severity.nit)
    assert names((ruff, injection), (ruff, shell), (ruff, unused), (sg, injection), (sg, shell)) == [
        {"ruff", "ast-grep"},
        {"ruff", "ast-grep"},
        {"ruff"},
    ]


def test_a_models_finding_joins_the_rule_that_means_the_same_and_not_its_neighbour() -> None:
    ruff = analyser_seat()
    model = claim("SQL injection: name is interpolated into the statement", cwe="CWE-89")
    injection = claim("SQL is put together from strings", quote="", rule="S608", cwe="CWE-89")
    unused = claim("Local variable is never read", quote="", rule="F841", category="correctness")
    assert names((RED, model), (ruff, unused), (ruff, injection)) == [{"security@red:large", "ruff"}, {"ruff"}]


def test_analysers_are_one_voter_on_severity() -> None:
    general = claim("Pickle", quote="", rule="S301", cwe="CWE-502", severity=Severity.medium)
    special = claim("Pickle of a request", quote="", rule="py-pickle", cwe="CWE-502", severity=Severity.high)
    reviews = [said(analyser_seat(), general), said(analyser_seat("ast-grep", Method.structural), special)]
    (merged,) = cluster(anchor(reviews, context()))
    assert merged.severity is Severity.high


def test_a_seats_lesser_finding_on_the_same_line_does_not_lower_the_severity() -> None:
    low = claim("SQL injection, perhaps", severity=Severity.nit)
    (merged,) = cluster(anchor([said(RED, claim(), low)], context()))
    assert merged.severity is Severity.high


def test_one_reviewer_is_merged_with_itself_only_where_its_quotes_overlap() -> None:
    twice = claim("SQL injection through name")
    elsewhere = claim("SQL injection through name", quote="return [row[0] for row in rows]")
    (merged,) = cluster(anchor([said(RED, *[twice] * 50)], context()))
    assert len(merged.findings) == 50
    assert len(cluster(anchor([said(RED, twice, elsewhere)], context()))) == 2


def test_a_finding_without_a_place_merges_by_its_words_alone() -> None:
    lost = claim("SQL injection through the name parameter of find", quote="not in the file", cwe="CWE-89")
    found = claim("SQL injection through the name parameter", cwe="CWE-89")
    (merged,) = cluster(anchor([said(RED, lost), said(GREEN, found)], context()))
    assert merged.representative.seat == GREEN


def test_the_same_words_far_apart_are_two_defects() -> None:
    text = "\n".join(["db.run(a)", *["pass"] * 40, "db.run(b)"])
    reviews = [
        said(RED, claim("SQL injection", quote="db.run(a)", line=1)),
        said(GREEN, claim("SQL injection", quote="db.run(b)", line=42)),
    ]
    assert len(cluster(anchor(reviews, context(added(text=text))))) == 2


def test_the_severity_is_the_median_and_not_the_loudest() -> None:
    levels = (Severity.critical, Severity.medium, Severity.low)
    seats = (RED, GREEN, BLUE)
    reviews = [said(seat, claim(severity=level)) for seat, level in zip(seats, levels, strict=True)]
    (merged,) = cluster(anchor(reviews, context()))
    assert merged.severity is Severity.medium


def test_the_longest_text_speaks_for_all() -> None:
    short, long = claim("SQL injection"), claim("SQL injection", rationale="A quote in name ends the literal. " * 3)
    (merged,) = cluster(anchor([said(RED, short), said(GREEN, long)], context()))
    assert merged.representative.finding == long


def test_every_finding_is_in_exactly_one_cluster() -> None:
    text = "\n".join(f"value_{n} = call_{n % 7}(x)" for n in range(200))
    claims = [claim(f"Call {n % 7} is wrong", f"value_{n} = call_{n % 7}(x)", n + 1) for n in range(200)]
    reviews = [said(seat, *claims[::step]) for seat, step in ((RED, 2), (GREEN, 3), (BLUE, 5))]
    anchored = anchor(reviews, context(added(text=text)))
    merged = cluster(anchored)
    assert sorted(m.fingerprint for item in merged for m in item.findings) == sorted(a.fingerprint for a in anchored)


def test_the_cost_of_clustering_grows_with_the_findings_and_not_with_their_square() -> None:
    def cpu(files: int) -> float:
        reviews = [
            said(seat, *(claim("SQL injection", path=f"f{n}.py") for n in range(files)))
            for seat in (RED, GREEN, Seat(name="ruff", method=Method.lexical))
        ]
        everything = anchor(reviews, context(*(added(f"f{n}.py") for n in range(files))))
        started = time.process_time()
        assert len(cluster(everything)) == files
        return time.process_time() - started

    # the least of several runs: what else the machine does only adds
    few, many = (min(cpu(files) for _ in range(3)) for files in (50, 800))
    assert many < 16 * 4 * max(few, 0.001)
