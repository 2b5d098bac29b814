"""Tables of procurement, by what they are about; all of them are known together."""

from registry.procurement.models import (
    approvals,
    certificates,
    checks,
    lessons,
    orders,
    outside,
    requests,
)

__all__ = [
    "approvals",
    "certificates",
    "checks",
    "lessons",
    "orders",
    "outside",
    "requests",
]
