"""
Programs that tests need, and that not every machine has.
"""

import os
import shutil

import pytest


def need(*programs: str) -> None:
    """
    Skip the test if one of ``programs`` is not installed; fail it where that cannot be.

    It cannot be in CI, as ``CI=true`` says, on a machine on which `.ci/run` installs what is
    missing: there, a test that is skipped would be missed by nobody.
    """
    for program in programs:
        if shutil.which(program) is None:
            if os.environ.get("CI") == "true" and shutil.which("apt-get") and not os.geteuid():
                pytest.fail(f"{program} is not installed, though it can be here")
            pytest.skip(f"{program} is not installed")
