"""What is said of codes, scans and photos."""

from __future__ import annotations

from registry.words.catalogue import N_

CODES = {
    "code_mistyped": N_("这个码有一两个字符不对。请对照标签核对后重新输入。"),
    "code_unknown": N_("没有这个码的记录。请核对标签，或改用资产编号查找。"),
    "code_retired": N_("这张标签已停用。请扫新标签，或用资产编号查找。"),
    "code_blank": N_("这是一张还没有使用的空白标签。请先把它贴到一件资产上登记。"),
    "code_taken": N_("这张标签已经用在别的资产上。请换一张空白标签。"),
    "scan_unknown": N_("没有找到“%(found)s”。请核对标签，或用名称查找。"),
    "photo_without_code": N_(
        "照片里没有读到二维码。请靠近些、对准、避开反光再拍一张。"
    ),
}

PHOTOS = {
    "photo_empty": N_("照片是空的，没有收到内容。请重新选择或拍一张。"),
    "photo_too_large": N_("照片超过 %(most_bytes)s。请改小或重新拍一张。"),
    "photo_too_many_pixels": N_("照片超过 %(most)s 个像素。请把相机分辨率调低后重拍。"),
    "photo_heic": N_(
        "不支持 HEIC 照片。请在相机设置里选“兼容性最佳”（JPEG）再拍，或发送截图。"
    ),
    "photo_unsupported": N_("这不是照片。请上传 JPEG、PNG 或 WebP 图片。"),
    "photo_damaged": N_("照片已损坏或没有传完整。请重新上传或另拍一张。"),
    "photo_too_hard": N_("这张照片处理不了。请换一张，或截图后再上传。"),
    "choose_photos": N_("请选择 1 到 %(most)s 张照片。"),
    "too_many_photos": N_("一件资产最多 %(most)s 张照片。请先移除不用的。"),
}
