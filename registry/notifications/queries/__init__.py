"""Reading one's own notices, what could not be sent, and the group robots."""

from registry.notifications.queries.notices import (
    Outbox,
    count_unread,
    failed_deliveries,
    mail_wish,
    notice,
    notices_of,
    outbox,
)
from registry.notifications.queries.robots import (
    RobotView,
    failed_posts,
    robot,
    robots,
)

__all__ = [
    "Outbox",
    "RobotView",
    "count_unread",
    "failed_deliveries",
    "failed_posts",
    "mail_wish",
    "notice",
    "notices_of",
    "outbox",
    "robot",
    "robots",
]
