#!/usr/bin/env python3
"""Adds up what a run of ctest did, test by test, and says it in one last line.

Inputs, all in the folder given by --results:
  ctest.junit   one entry a ctest test, written by ctest itself;
  NAME.xml      the GoogleTest report of the test program NAME: its cases are counted;
  NAME.results  for tests that are not GoogleTest programs: lines "pass|fail|skip", a tab,
                the case's name, a tab, the reason.
A ctest test with neither counts as one. One that failed without naming a failed case
(a crash, a timeout) adds one failure, so nothing can fail unseen.

Exit status 0 when some test ran and nothing failed; with --strict also only if each expected
tier had a test that passed and no test was skipped that can run there. Of a tier that needs
privileges or only Debian packages that is every test, but for want of data from elsewhere; a unit
test may miss root.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

MAY_SKIP = ("unit",)
ELSEWHERE = "data from elsewhere: "  # kNotHere of elsewhere.h
PACKAGE = "Debian package"  # a skip for want of one says so, whatever its tier

Case = collections.namedtuple("Case", "tier test name verdict reason")


def labels_of_tests(build_dir):
    """ctest's JUnit file has no labels, its JSON listing has."""
    listing = subprocess.run(
        ["ctest", "--test-dir", build_dir, "--show-only=json-v1"],
        check=True, capture_output=True, text=True).stdout
    labels = {}
    for test in json.loads(listing)["tests"]:
        for prop in test.get("properties", []):
            if prop["name"] == "LABELS":
                labels[test["name"]] = prop["value"][0]
    return labels


def gtest_cases(path):
    for case in xml.parse(path).getroot().iter("testcase"):
        name = f'{case.get("classname")}.{case.get("name")}'
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            yield name, "fail", ""
        elif skipped is not None:
            # GoogleTest puts "file:line" on the first line of the message.
            lines = (skipped.get("message") or "").splitlines()
            yield name, "skip", " ".join(lines[1:] or lines).strip()
        elif case.get("status") == "run":
            yield name, "pass", ""


def results_cases(path):
    for line in path.read_text(errors="replace").splitlines():
        verdict, name, reason = (line.split("\t") + ["", ""])[:3]
        yield name, verdict, reason


def ctest_verdict(entry):
    if entry.find("failure") is not None:
        return "fail", entry.find("failure").get("message") or "failed"
    skipped = entry.find("skipped")
    if skipped is not None:
        return "skip", skipped.get("message") or "skipped"
    return "pass", ""


def collect(results, labels):
    for entry in xml.parse(results / "ctest.junit").getroot().iter("testcase"):
        test = entry.get("name")
        tier = labels.get(test, "unlabelled")
        verdict, reason = ctest_verdict(entry)
        cases = []
        if (results / f"{test}.xml").exists():
            cases = list(gtest_cases(results / f"{test}.xml"))
        elif (results / f"{test}.results").exists():
            cases = list(results_cases(results / f"{test}.results"))
        if not cases:
            cases = [(test, verdict, reason)]
        elif verdict == "fail" and all(v != "fail" for _, v, _ in cases):
            cases.append((test, "fail", f"{reason}: ended without a failed case"))
        for case in cases:
            yield Case(tier, test, *case)


def print_list(title, cases):
    if not cases:
        return
    print(f"\n{title}")
    for case in cases:
        reason = f": {case.reason}" if case.reason else ""
        print(f"  [{case.tier}] {case.test} {case.name}{reason}")


def may_be_skipped(case):
    if case.reason.startswith(ELSEWHERE):
        return True
    return case.tier in MAY_SKIP and PACKAGE not in case.reason


def strict_complaints(cases, expected):
    passed = {c.tier for c in cases if c.verdict == "pass"}
    for tier in expected:
        if tier not in passed:
            yield f"tier {tier} must run here, and no test of it passed"
    for case in cases:
        if case.verdict == "skip" and not may_be_skipped(case):
            yield f"{case.tier} test {case.test} {case.name} was skipped"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=pathlib.Path, required=True)
    parser.add_argument("--build-dir", required=True)
    parser.add_argument("--ctest-status", type=int, required=True)
    parser.add_argument("--expect-tiers", default="")
    parser.add_argument("--strict", action="store_true")
    args = parser.parse_args()

    cases = []
    if (args.results / "ctest.junit").exists():
        cases = list(collect(args.results, labels_of_tests(args.build_dir)))
    count = collections.Counter(case.verdict for case in cases)
    if args.ctest_status != 0 and count["fail"] == 0:
        count["fail"] += 1
        print(f"ctest ended with status {args.ctest_status} and named no failure")

    by_tier = collections.defaultdict(collections.Counter)
    for case in cases:
        by_tier[case.tier][case.verdict] += 1
    print()
    for tier in sorted(by_tier):
        n = by_tier[tier]
        print(f'{tier:>10}  {n["pass"]:5} passed {n["fail"]:4} failed {n["skip"]:4} skipped')
    print_list("SKIPPED", [c for c in cases if c.verdict == "skip"])
    print_list("FAILED", [c for c in cases if c.verdict == "fail"])

    complaints = [] if cases else ["no test ran"]
    if args.strict:
        complaints += strict_complaints(cases, args.expect_tiers.split())
    for complaint in complaints:
        print(f"NOT ENOUGH: {complaint}")
    print(f'\n{count["pass"]} passed, {count["fail"]} failed, {count["skip"]} skipped')
    return 1 if count["fail"] or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
