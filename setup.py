"""What ``pyproject.toml`` cannot say: ``policies/`` and ``schemas/`` are packed into the package beside its modules."""

from setuptools import find_packages, setup

DATA = {"scanner._data.policies": "policies", "scanner._data.schemas": "schemas"}

setup(packages=[*find_packages(include=["scanner", "scanner.*"]), *DATA], package_dir=DATA)
