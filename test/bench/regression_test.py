"""The gate of bench/regression: what it lets pass, and what it calls the same machine."""

import contextlib
import importlib.util
import io
import pathlib
import sys
import unittest
import unittest.mock

sys.dont_write_bytecode = True
_GATE = pathlib.Path(__file__).resolve().parents[2] / "bench/regression"
sys.path.insert(0, str(_GATE))
_spec = importlib.util.spec_from_file_location("regression", _GATE / "__main__.py")
regression = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(regression)

_HERE = {"compiler": "c++ 1", "instruction set": "x86_64 with AVX2"}


def _passes(now: int, here: dict[str, str]) -> bool:
    baseline = {"environment": _HERE, "instructions": {"get": 100_000, "page": 100_000}}
    with contextlib.redirect_stdout(io.StringIO()):
        return regression.compare({"get": 90_000, "page": now}, baseline, here)


def _instruction_set(cpuinfo: str) -> str:
    with unittest.mock.patch.object(pathlib.Path, "read_text", return_value=cpuinfo):
        return regression._instruction_set()


class Regression(unittest.TestCase):
    def test_three_percent_are_let_pass(self):
        self.assertTrue(_passes(103_000, _HERE))
        self.assertFalse(_passes(103_001, _HERE))

    def test_with_other_tools_more(self):
        others = _HERE | {"compiler": "c++ 2"}
        self.assertTrue(_passes(114_000, others))
        self.assertFalse(_passes(116_000, others))

    def test_processors_that_valgrind_shows_as_one_are_the_same(self):
        flags = "flags\t\t: fpu sse2 avx avx2 erms\n"
        here = _instruction_set("model name\t: AMD EPYC\n" + flags)
        self.assertIn("AVX2", here)
        self.assertEqual(here, _instruction_set("model name\t: Intel(R) Xeon(R) Processor\n" + flags))
        self.assertNotEqual(here, _instruction_set("flags\t\t: fpu sse2 avx\n"))

    def test_the_baseline_names_what_is_compared(self):
        baseline = regression.json.loads((_GATE / "baseline.json").read_text())
        self.assertEqual(set(baseline["environment"]),
                         {"compiler", "flags", "Boost", "OpenSSL", "libc", "valgrind", "instruction set"})


if __name__ == "__main__":
    unittest.main()
