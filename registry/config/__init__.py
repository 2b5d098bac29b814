"""Settings: everything an installation chooses, read once from the environment."""

from registry.config.settings import Settings, SettingsError

__all__ = ["Settings", "SettingsError"]
