"""Around the training: store, jobs, live stream, routes, command line. Nothing happens on import."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("livetrain")
except PackageNotFoundError:  # a checkout that was not installed
    VERSION = "0.1.0"
