"""What the verification of a report came to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bcforecast.messages import Message


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was.

    Parameters
    ----------
    subject
        A file, a package or another part of the record.
    how
        What the difference is.
    """

    subject: str
    how: Message


@dataclass(frozen=True)
class Verification:
    """How a report compares with its manifest, with today's inputs, and with itself made again.

    Parameters
    ----------
    folder
        Of the report.
    outputs
        Files of the folder that are not as the manifest lists them.
    inputs
        Files that the report was made from and that are others today.
    environment
        Code, lock, Python and packages that are others today.
    rebuilt
        Files of the report made again that are not byte for byte those of the folder; None where
        it was not made again.
    unchecked
        What could not be compared, and what would be needed.
    """

    folder: Path
    outputs: tuple[Finding, ...]
    inputs: tuple[Finding, ...]
    environment: tuple[Finding, ...]
    rebuilt: tuple[Finding, ...] | None
    unchecked: tuple[Message, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that differs, in the order in which it was looked for."""
        return (*self.outputs, *self.inputs, *self.environment, *(self.rebuilt or ()))

    @property
    def equal(self) -> bool:
        """Whether all that was compared is equal."""
        return not self.findings

    @property
    def versions_differ(self) -> bool:
        """Whether Python or a package is another: the likely reason of any other difference."""
        return any(finding.how.key == "verify.version" for finding in self.environment)
