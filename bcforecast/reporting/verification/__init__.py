"""Whether a report is what its manifest says, and whether it can be made again to the byte."""

from bcforecast.reporting.verification.findings import Finding, Verification
from bcforecast.reporting.verification.many import is_report, reports_below, verify_each
from bcforecast.reporting.verification.named import Named
from bcforecast.reporting.verification.verify import verify_report

__all__ = [
    "Finding",
    "Named",
    "Verification",
    "is_report",
    "reports_below",
    "verify_each",
    "verify_report",
]
