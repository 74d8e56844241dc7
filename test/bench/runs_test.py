"""The suite's report on several runs: medians and ranges over the runs, missed targets, and no blank cell."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench/suite"))

from measure import Figure  # noqa: E402
from runs import Runs, markdown_table, over_runs, text_table  # noqa: E402

_BASELINE = "hand-written baseline: epoll + OpenSSL, no JSON"


def _client(label: str, *cpu: float) -> dict:
    rounds = [{"cpu_us_per_request": each, "requests_per_s": 1000.0, "p50_us": 10.0, "p99_us": 20.0, "p999_us": None} for each in cpu]
    return {"client": label, "instructions": None, "kb_per_connection": None, "rounds": rounds}


def _run(clerk: tuple[float, ...], quick: bool = True, limit: float = 1.25, processor: str = "A") -> dict:
    ratio = Figure.of(each / 10 for each in clerk)
    target = {"what": "GET: CPU", "limit": limit, "at_least": False, "met": None,
              "value": {"median": ratio.median, "lowest": ratio.lowest, "highest": ratio.highest}}
    return {"date": "2026-12-01", "quick": quick, "machine": {"processor": processor}, "targets": [target], "notes": [],
            "sections": [{"title": "GET", "clients": [_client(_BASELINE, 10, 10, 10), _client("clerk-cpp", *clerk)]}]}


class OverRuns(unittest.TestCase):
    def test_one_run_keeps_the_range_of_its_rounds(self):
        self.assertEqual(over_runs([Figure(2, 1, 3)]), Figure(2, 1, 3))

    def test_several_runs_give_the_median_and_the_range_of_their_medians(self):
        self.assertEqual(over_runs([Figure(2, 0, 9), Figure(5, 4, 6), 3.0]), Figure(3, 2, 5))

    def test_a_run_without_the_figure_is_passed_over(self):
        self.assertEqual(over_runs([None, 2.0]), Figure(2, 2, 2))
        self.assertIsNone(over_runs([None, None]))


class Report(unittest.TestCase):
    def test_ratios_are_taken_within_a_run(self):
        rows = Runs([_run((10, 11, 30)), _run((12, 13, 14)), _run((15, 15, 15))]).sections()["GET"]
        self.assertEqual(rows[1][:3], ("clerk-cpp", "13.00 (11.00–15.00)", "1.30 (1.10–1.50)"))

    def test_the_verdict_is_that_of_the_median_run(self):
        self.assertFalse(Runs([_run((11,)), _run((13,)), _run((15,))]).targets()[0].met)
        self.assertTrue(Runs([_run((11,)), _run((12,)), _run((15,))]).targets()[0].met)

    def test_the_limit_is_that_of_the_last_run(self):
        self.assertEqual(Runs([_run((11,), limit=1.5), _run((11,), limit=1.2)]).targets()[0].limit, 1.2)

    def test_a_missed_target_is_said_before_the_tables(self):
        report = Runs([_run((15,))]).report(text_table)
        self.assertLess(report.index("MISSED"), report.index(_BASELINE))

    def test_markdown_has_no_blank_cell_and_explains_the_dash(self):
        report = Runs([_run((15,))]).report(markdown_table)
        self.assertIn("| clerk-cpp | 15.00 (15.00–15.00) | 1.50 (1.50–1.50) | – |", report)
        self.assertNotIn("|  |", report)
        self.assertIn("not measured", report)

    def test_every_machine_is_named(self):
        self.assertIn("processor: A / B", Runs([_run((1,)), _run((1,), processor="B")]).heading()[1])

    def test_quick_and_full_runs_do_not_mix(self):
        with self.assertRaises(RuntimeError):
            Runs([_run((1,)), _run((1,), quick=False)])


if __name__ == "__main__":
    unittest.main()
