"""LoadZone: see which virtual machines are free, book one, renew, release, and keep the whole history."""

__version__ = "0.1.0"
