"""Tests of the screens."""

import pytest

# Their asserts tell what was compared, as those of tests do.
pytest.register_assert_rewrite("tests.tui.effects", "tests.tui.specials")
