"""Why a backup is not made or not brought back."""

from __future__ import annotations

from registry.words.catalogue import N_

BACKUPS = {
    "backup_unreadable": N_("%(file)s 不是可用的备份，或已不完整。请换一份备份。"),
    "backup_too_new": N_(
        "%(file)s 来自更新的版本（%(version)s）。请先升级程序，再恢复。"
    ),
    "no_backup_there": N_("%(place)s 里还没有备份。请先运行 registry backup create。"),
    "no_room_on_disk": N_(
        "%(place)s 还剩 %(free_bytes)s，需要 %(needed_bytes)s。请换一个目录。"
    ),
    "disk_became_full": N_(
        "磁盘满了：%(place)s 还剩 %(free_bytes)s。原有备份没有动。请换一个目录。"
    ),
    "database_not_empty": N_(
        "目标数据库里已有数据，没有恢复。请换一个空的数据库，"
        "或加 --replace（原有数据会另存，不删除）。"
    ),
    "database_in_use": N_("数据库正在使用。请先停止服务，再运行一次。"),
    "no_database_there": N_("还没有数据库，没有可备份的内容。"),
}
