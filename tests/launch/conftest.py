"""The package as pip gives it to a reader."""

from tests.slow.conftest import wheel_file

__all__ = ["wheel_file"]
