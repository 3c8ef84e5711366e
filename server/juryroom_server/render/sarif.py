"""The report as SARIF 2.1.0, for code scanning and for editors.

Three rules of GitHub's code scanning, beyond the schema, shape it: a file with one result that has no place is refused
as a whole, so a finding that could not be anchored is a notification and no result; only the first 5,000 results are
read; and fingerprints that are not given are computed anew, which duplicates alerts.
"""

import re
from importlib.metadata import version
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Report, ReportedFinding

from .clean import block, line
from .json_document import dumps
from .options import Options
from .sarif_invocation import MOST_RESULTS, invocation
from .sarif_place import ROOT, Json, code_flow, is_placed, location, message, plain

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {
    Severity.critical: "error",
    Severity.high: "error",
    Severity.medium: "warning",
    Severity.low: "note",
    Severity.nit: "note",
}
SCORES = {
    Severity.critical: "9.5",
    Severity.high: "8.0",
    Severity.medium: "5.5",
    Severity.low: "2.0",
    Severity.nit: "0.1",
}
"""`security-severity`: the middle of the band that code scanning calls by the same word."""

_CWE = re.compile(r"CWE-([0-9]{1,5})")


def render(report: Report, options: Options) -> str:
    """Write the report as a SARIF log of one run."""
    placed = [finding for finding in options.findings(report) if is_placed(finding)]
    taken = placed[:MOST_RESULTS]
    cwes = sorted({number for finding in taken if (number := cwe_number(finding))}, key=int)
    rules = _rules(taken, cwes)
    indices = {rule["id"]: index for index, rule in enumerate(rules)}
    occurrences = _occurrences(report)
    driver = {"name": "juryroom", "semanticVersion": version("juryroom"), "rules": rules}
    run: Json = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "juryroom/review/"},
        "originalUriBaseIds": {ROOT: _root(options.root)},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation(report, options, unwritten=len(placed) - len(taken))],
        "results": [_result(finding, report, indices, cwes, occurrences[finding]) for finding in taken],
        "properties": {
            "verdict": report.verdict,
            "reason": plain(line(report.reason)),
            "source": line(report.source),
            "heldBack": {} if options.show_all else {str(key): count for key, count in report.held_back.items()},
        },
    }
    if cwes:
        driver["supportedTaxonomies"] = [{"name": "CWE", "index": 0}]
        run["taxonomies"] = [_taxonomy(cwes)]
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def rule_id(finding: ReportedFinding) -> str:
    """The analyser's rule, or `security/CWE-89`, or the bare category."""
    number = cwe_number(finding)
    return line(finding.rule) or (f"{line(finding.category)}/CWE-{number}" if number else line(finding.category))


def cwe_number(finding: ReportedFinding) -> str | None:
    """`89` for CWE-89; None for anything that is no CWE id."""
    match = _CWE.fullmatch(finding.cwe or "")
    return str(int(match[1])) if match else None


def _result(
    finding: ReportedFinding, report: Report, indices: dict[str, int], cwes: list[str], occurrence: int
) -> Json:
    rule, number = rule_id(finding), cwe_number(finding)
    result: Json = {
        "ruleId": rule,
        "ruleIndex": indices[rule],
        "level": LEVELS[finding.severity],
        "message": {"text": message(finding, report)},
        "locations": [location(finding)],
        "partialFingerprints": {"juryroom/v1": f"{line(finding.fingerprint) or line(finding.id)}:{occurrence}"},
        "properties": {
            "id": line(finding.id),
            "severity": finding.severity,
            "category": line(finding.category),
            "probability": finding.probability,
            "inChange": finding.in_change,
            "blocking": finding.blocking,
            "publication": finding.publication,
            "supporters": [line(supporter.reviewer) for supporter in finding.supporters],
            "dissent": [line(dissent.reviewer) for dissent in finding.dissent],
        },
    }
    if finding.probability is not None:
        result["rank"] = round(100 * finding.probability, 1)
    if finding.dismissal:
        result["suppressions"] = [{"kind": "external", "justification": plain(line(finding.dismissal))}]
    if finding.flow:
        result["codeFlows"] = [code_flow(finding.flow)]
    if number:
        result["taxa"] = [_taxon_reference(number, cwes)]
    return result


def _rules(findings: list[ReportedFinding], cwes: list[str]) -> list[Json]:
    """One rule for each id, in the words of its first finding: alerts are matched by the id, not by the words."""
    members: dict[str, list[ReportedFinding]] = {}
    for finding in findings:
        members.setdefault(rule_id(finding), []).append(finding)
    return [_rule(name, group, cwes) for name, group in members.items()]


def _rule(name: str, findings: list[ReportedFinding], cwes: list[str]) -> Json:
    worst = max((finding.severity for finding in findings), key=lambda severity: severity.rank)
    categories = sorted({line(finding.category) for finding in findings})
    numbers = sorted({number for finding in findings if (number := cwe_number(finding))}, key=int)
    first = min(findings, key=lambda finding: (finding.path or "", finding.start_line or 0, finding.id))
    title = plain(line(first.title) or name)
    rationale, suggestion = (plain(block(text)) for text in (first.rationale, first.suggestion or ""))
    properties: Json = {"tags": [*categories, *(f"external/cwe/cwe-{number:0>3}" for number in numbers)]}
    if "security" in categories:
        properties["security-severity"] = SCORES[worst]
    rule: Json = {
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": rationale or title},
        "help": {"text": suggestion or "See the result: it says what is wrong, who agreed, and who did not."},
        "defaultConfiguration": {"level": LEVELS[worst]},
        "properties": properties,
    }
    if numbers:
        rule["helpUri"] = _cwe_page(numbers[0])
        rule["relationships"] = [
            {"target": _taxon_reference(number, cwes), "kinds": ["superset"]} for number in numbers
        ]
    return rule


def _taxonomy(cwes: list[str]) -> Json:
    taxa = [{"id": number, "name": f"CWE-{number}", "helpUri": _cwe_page(number)} for number in cwes]
    return {
        "name": "CWE",
        "organization": "MITRE",
        "informationUri": "https://cwe.mitre.org/",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration"},
        "isComprehensive": False,
        "taxa": taxa,
    }


def _taxon_reference(number: str, cwes: list[str]) -> Json:
    return {"id": number, "index": cwes.index(number), "toolComponent": {"name": "CWE", "index": 0}}


def _cwe_page(number: str) -> str:
    return f"https://cwe.mitre.org/data/definitions/{number}.html"


def _occurrences(report: Report) -> dict[ReportedFinding, int]:
    """1, 2, ... among the findings of one fingerprint, from the top of the file down.

    Counted over all findings, so that the same one has the same number with and without those held back.
    """
    seen: dict[str, int] = {}
    numbers = {}
    placed = filter(is_placed, report.findings)
    for finding in sorted(placed, key=lambda finding: (finding.path or "", finding.start_line or 0)):
        key = finding.fingerprint or finding.id
        numbers[finding] = seen[key] = seen.get(key, 0) + 1
    return numbers


def _root(root: Path | None) -> Json:
    return {"uri": f"{root.as_uri()}/"} if root else {"description": {"text": "The root of the repository"}}
