"""How Chinese characters are read, as people type them: no tones, v for ü."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

_ALSO = """
阿e 艾yi 扒pa 堡pu 被pi 扁pian 便pian 卜bu 剥bao 伯bai 泊bo 薄bo 参shen 藏zang
曾zeng 差chai 掺chan 长chang 朝zhao 称chen 乘sheng 澄deng 匙chi 臭xiu 畜xu
传zhuan 椎zhui 大dai 单shan 弹tan 的di 都du 度duo 恶wu 盖ge 给ji 行hang 还huan
和huo 会kuai 系ji 夹ga 降xiang 角jue 校jiao 觉jiao 解xie 桔jie 圈juan 卡qia
壳qiao 勒le 肋lei 乐yue 陆liu 露lou 绿lu 率shuai 脉mo 埋man 没mo 模mu 缪miao
呢ni 粘nian 耙pa 刨bao 磅pang 屏bing 朴piao 曝bao 茄qie 仇qiu 区ou 覃qin 塞se
栅shan 刹cha 厦xia 什shi 石dan 盛cheng 似si 伺si 宿xiu 属zhu 调tiao 提di 削xiao
纤qian 血xie 轧zha 咽ye 钥yue 员yun 扎za 仔zi 查zha 翟zhai 折she 着zhuo 爪zhua
重chong 种chong 著zhuo 琢zhuo 辗zhan 颤zhan 铛cheng 伽jia 臂bei 尉yu 万mo 隗wei
褚zhu
"""
"""Second readings met in the names of things, places and people."""

Syllables = tuple[str, ...]

_SECOND = {pair[0]: pair[1:] for pair in _ALSO.split()}

_NO_PHRASES = "PYPINYIN_NO_PHRASES"


@cache
def _library() -> Any:
    """Loaded when first needed, and without its phrases: 14 MB instead of 58.

    Phrases tell which reading is meant; here every common reading finds the name.
    """
    before = os.environ.get(_NO_PHRASES)
    os.environ[_NO_PHRASES] = "1"
    try:
        return import_module("pypinyin")
    finally:
        if before is None:
            del os.environ[_NO_PHRASES]


@cache
def readings(character: str) -> Syllables:
    """The common readings of a character, none if it is not Chinese.

    The library's first, and a second one where people use two: zhang and chang of 长.
    Its others are rare; every one more would find names that nobody meant.
    """
    if character.isascii():
        return ()
    library = _library()
    found = library.lazy_pinyin(character, errors="ignore")
    also = _SECOND.get(character)
    return tuple(dict.fromkeys([*found, also] if also else found))


def spelled_span(letters: str, characters: Sequence[Syllables]) -> tuple[int, int]:
    """Which neighbouring characters letters spell, each by its first letters at least.

    ``tyy``, ``touying``, ``touyy`` and ``yingy`` all spell out of tou-ying-yi. Returns
    the place of the first and how many there are, (0, 0) if nothing is spelled so.
    """
    reached: dict[int, int] = {}
    for place, syllables in enumerate(characters):
        reached = _one_further(letters, {**reached, 0: place}, syllables)
        start = reached.get(len(letters))
        if start is not None:
            return start, place + 1 - start
    return 0, 0


def _one_further(
    letters: str, reached: dict[int, int], syllables: Syllables
) -> dict[int, int]:
    """From letters used up → where it began, the same with one more character."""
    further: dict[int, int] = {}
    for used, start in reached.items():
        for syllable in syllables:
            for length in range(1, len(syllable) + 1):
                if not letters.startswith(syllable[:length], used):
                    break
                further[used + length] = start
    return further
