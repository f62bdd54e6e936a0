"""The benchmarks that the README names run and print their tables; no figure is judged."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMED = sorted(re.findall(r"`python (benchmarks/\w+\.py)`", README))
QUICK = {
    "benchmarks/comparison.py": ["100"],
    "benchmarks/generation_cost.py": ["sns:Publish"],
    "benchmarks/model_load.py": ["events"],
    "benchmarks/recording_trust.py": ["0.01", "operations"],
    "benchmarks/recordings.py": ["10"],
    "benchmarks/requests_per_second.py": ["20"],
}


def test_each_benchmark_is_named():
    assert [str(path.relative_to(ROOT)) for path in sorted((ROOT / "benchmarks").glob("*.py"))] == NAMED


@pytest.mark.parametrize("script", NAMED)
def test_prints_a_ratio(script):
    """A table with a ratio column or row comes out."""
    command = [sys.executable, script, *QUICK[script]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert "ratio" in done.stdout
    assert re.search(r"\d+\.\d\d$", done.stdout.strip(), re.MULTILINE)
