"""Tables of notices and their deliveries, and of group robots and what they say."""

from registry.notifications.models.notices import Delivery, Notice, NoticeWish
from registry.notifications.models.robots import Robot, RobotPost

__all__ = ["Delivery", "Notice", "NoticeWish", "Robot", "RobotPost"]
