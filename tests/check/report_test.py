#!/usr/bin/env python3
"""What tests/harness/report.py makes of a run: nothing that failed or was left out goes unseen."""

import importlib.util
import pathlib
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "harness" / "report.py"
spec = importlib.util.spec_from_file_location("report", SOURCE)
report = importlib.util.module_from_spec(spec)
spec.loader.exec_module(report)

LABELS = {"a_test": "unit", "b_check": "check", "c_case": "vm"}

JUNIT = """<testsuite>
<testcase name="a_test" status="{a}">{a_body}</testcase>
<testcase name="b_check" status="run"/>
<testcase name="c_case" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
</testsuite>"""

GTEST = """<testsuites><testsuite name="A">
<testcase name="Good" classname="A" status="run"/>
<testcase name="Bad" classname="A" status="run"><failure message="no"/></testcase>
<testcase name="Away" classname="A" status="run"><skipped message="x.cc:1&#10;needs root"/></testcase>
<testcase name="DISABLED_Off" classname="A" status="notrun"/>
</testsuite></testsuites>"""


class ReportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.results = pathlib.Path(folder.name)
        self.junit("run", "")

    def junit(self, status, body):
        (self.results / "ctest.junit").write_text(JUNIT.format(a=status, a_body=body))

    def collect(self, test):
        cases = report.collect(self.results, LABELS)
        return [(c.name, c.verdict, c.reason) for c in cases if c.test == test]

    def test_every_case_of_a_program_counts(self):
        (self.results / "a_test.xml").write_text(GTEST)
        self.assertEqual(self.collect("a_test"), [
            ("A.Good", "pass", ""), ("A.Bad", "fail", ""), ("A.Away", "skip", "needs root")])

    def test_a_test_without_cases_counts_once(self):
        self.assertEqual(self.collect("b_check"), [("b_check", "pass", "")])

    def test_a_crash_is_a_failure(self):
        self.junit("fail", '<failure message="SEGFAULT"/>')
        self.assertEqual(self.collect("a_test"), [("a_test", "fail", "SEGFAULT")])

    def test_a_crash_after_good_cases_is_a_failure(self):
        self.junit("fail", '<failure message="Timeout"/>')
        (self.results / "a_test.results").write_text("pass\tone\t\n")
        self.assertEqual([verdict for _, verdict, _ in self.collect("a_test")], ["pass", "fail"])

    def test_a_skip_keeps_its_reason(self):
        (self.results / "c_case.results").write_text("skip\tcase\tno qemu\n")
        self.assertEqual(self.collect("c_case"), [("case", "skip", "no qemu")])

    def skipped(self, tier, reason):
        return list(report.strict_complaints([report.Case(tier, "t", "c", "skip", reason)], []))

    def test_strict_minds_a_missing_package(self):
        wanted = ["golden test t c was skipped"]
        self.assertEqual(self.skipped("golden", "HCL was not built (Debian package x)"), wanted)
        self.assertEqual(self.skipped("golden", "no such program"), wanted)
        self.assertEqual(self.skipped("unit", "needs root"), [])
        self.assertEqual(self.skipped("unit", "no nvim (Debian package neovim)"),
                         ["unit test t c was skipped"])

    def test_strict_does_not_mind_missing_data_of_others(self):
        header = (SOURCE.parent / "elsewhere.h").read_text()
        self.assertIn(f'"{report.ELSEWHERE}"', header)
        for tier in ("unit", "golden", "bpf"):
            self.assertEqual(self.skipped(tier, report.ELSEWHERE + "no corpus at /x"), [])

    def test_strict_wants_each_tier_and_no_skipped_privilege(self):
        cases = list(report.collect(self.results, LABELS))
        self.assertEqual(list(report.strict_complaints(cases, ["check"])),
                         ["vm test c_case c_case was skipped"])
        self.assertIn("tier vm must run here, and no test of it passed",
                      report.strict_complaints(cases, ["vm"]))


if __name__ == "__main__":
    unittest.main()
