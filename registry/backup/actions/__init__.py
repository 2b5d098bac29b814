"""Making copies, proving them, bringing them back, trying that, and moving house."""

from registry.backup.actions.creating import Made, create
from registry.backup.actions.drilling import drill
from registry.backup.actions.moving import move
from registry.backup.actions.proving import Report, verify
from registry.backup.actions.restoring import restore

__all__ = ["Made", "Report", "create", "drill", "move", "restore", "verify"]
