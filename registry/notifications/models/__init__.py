"""Tables of notices and their deliveries, and of group robots and what they say."""

from registry.notifications.models.notices import Delivery, Digest, Notice, NoticeWish
from registry.notifications.models.robots import Robot, RobotPost

__all__ = ["Delivery", "Digest", "Notice", "NoticeWish", "Robot", "RobotPost"]
