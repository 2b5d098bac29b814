"""A certificate in words: for its page, for whoever verifies it, and as paper."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import labels
from registry.kernel.checkcodes import grouped
from registry.procurement.queries.certificates import Shown
from registry.procurement.states import CertificateStatus
from registry.words import _, format_date, format_datetime
from registry.words.approving import (
    approver_word,
    certificate_word,
    step_state_word,
    verdict_word,
)
from registry.words.asking import decline_word, outer_answer_word
from registry.words.terms import condition_word

OPEN_STATES = ("approved", "refused", "returned", "open", "later")


@dataclass(frozen=True)
class Section:
    """A titled part of a certificate: rows of caption and text."""

    heading: str
    rows: tuple[tuple[str, str], ...]


def sections(
    shown: Shown, *, openly: bool = False, outside: bool = True
) -> list[Section]:
    """What was asked, what lay idle then, what was answered and ruled, who agreed.

    ``openly``: for somebody who has not signed in. Never a price and never a person;
    openly no places and no free words either, since those may name somebody.
    ``outside``: with what other institutions showed, for whoever does not see it else.
    """
    if not shown.content:
        return []
    found = [_asked(shown.content)]
    for line in shown.content.get("lines", ()):
        rows = tuple(_idle_rows(line, openly=openly, outside=outside))
        heading = _(
            "查出的闲置：%(line)s. %(what)s", line=line["line"], what=line["text"]
        )
        found.append(Section(heading, rows))
    steps = tuple(_step_rows(shown, openly=openly))
    if steps:
        found.append(Section(_("审批"), steps))
    found.append(_evidence(shown))
    return found


def _asked(content: Mapping[str, Any]) -> Section:
    rows = [(_("申请部门"), str(content.get("department") or ""))]
    rows.append((_("申请编号"), str(content.get("request") or "")))
    if content.get("asked_at"):
        rows.append((_("提交时间"), _moment(content["asked_at"])))
    for line in content.get("lines", ()):
        rows.append((_("第 %(line)s 项", line=line["line"]), _line_words(line)))
    return Section(_("申请购置"), tuple(rows))


def _line_words(line: Mapping[str, Any]) -> str:
    if line.get("covered"):
        return _(
            "%(what)s：要 %(quantity)s，用闲置 %(covered)s，购置 %(to_buy)s",
            what=line["text"],
            quantity=line["quantity"],
            covered=line["covered"],
            to_buy=line["to_buy"],
        )
    return _("%(what)s：购置 %(to_buy)s", what=line["text"], to_buy=line["to_buy"])


def _idle_rows(
    line: Mapping[str, Any], *, openly: bool, outside: bool
) -> Iterator[tuple[str, str]]:
    candidates = line.get("candidates", ())
    if not candidates:
        yield "", _("当时没有合适的闲置资产")
    for each in candidates:
        yield _candidate_words(each, openly=openly), _answer_words(each, openly=openly)
    for each in line.get("outside", ()) if outside else ():
        yield _outside_words(each, openly=openly), _outer_answer(each, openly=openly)
    ruling = line.get("ruling")
    if ruling:
        words = "" if openly else str(ruling.get("words") or "")
        text = _("同意购置") if ruling.get("outcome") == "uphold" else _("已裁定")
        said = _("%(text)s：%(words)s", text=text, words=words) if words else text
        office = approver_word(str(ruling.get("office") or ""))
        yield _("%(office)s裁定", office=office), said


def _candidate_words(each: Mapping[str, Any], *, openly: bool) -> str:
    told = _(
        "%(type)s %(count)s 件", type=each.get("type") or "", count=each.get("count", 1)
    )
    where = [str(each.get("department") or "")]
    if not openly:
        where.append(str(each.get("place") or ""))
    if each.get("condition"):
        where.append(condition_word(str(each["condition"])))
    known = _("，").join(filter(None, where))
    return _("%(what)s（%(where)s）", what=told, where=known) if known else told


def _answer_words(each: Mapping[str, Any], *, openly: bool) -> str:
    parts = []
    if each.get("taken"):
        parts.append(_("采用 %(count)s 件", count=each["taken"]))
    if each.get("declined"):
        code = decline_word(str(each.get("code") or ""))
        parts.append(_("%(count)s 件不采用：%(why)s", count=each["declined"], why=code))
        if each.get("words") and not openly:
            parts.append(str(each["words"]))
    return _("；").join(parts) or _("没有采用")


def _outside_words(each: Mapping[str, Any], *, openly: bool) -> str:
    """What another institution showed; which one it is, only inside is said."""
    where = _("外单位") if openly else str(each.get("institution") or "")
    what = _("%(type)s %(count)s 件", type=each["type"], count=each["count"])
    return _("%(what)s（%(where)s）", what=what, where=where)


def _outer_answer(each: Mapping[str, Any], *, openly: bool) -> str:
    if not each.get("answer"):
        return _("没有采用")
    return outer_answer_word(
        each["answer"],
        reason=each.get("code"),
        words="" if openly else str(each.get("words") or ""),
        count=each.get("promised", 0),
    )


def _step_rows(shown: Shown, *, openly: bool) -> Iterator[tuple[str, str]]:
    for step in shown.steps:
        if step.state not in OPEN_STATES:
            continue
        text = step_state_word(step.state)
        if step.decided_at is not None:
            text = _("%(day)s %(what)s", day=format_date(step.decided_at), what=text)
        yield approver_word(step.step), text
    if shown.urgent is not None:
        text = _("%(day)s 紧急放行", day=format_date(shown.urgent.allowed_at))
        yield _("紧急"), text if openly else f"{text}{_('：')}{shown.urgent.reason}"
        if shown.urgent.verdict:
            yield _("事后补审"), verdict_word(shown.urgent.verdict)
        else:
            yield _("事后补审"), _("还没有补审")


def _evidence(shown: Shown) -> Section:
    check = shown.content.get("check") or {}
    rows = []
    if check.get("number"):
        rows.append((_("检查编号"), str(check["number"])))
    if check.get("at"):
        rows.append((_("检查时间"), _moment(check["at"])))
    if check.get("position") is not None:
        rows.append((_("台账位置"), str(check["position"])))
    rows.append((_("内容摘要"), shown.certificate.hash))
    return Section(_("凭据"), tuple(rows))


def _moment(text: str) -> str:
    return format_datetime(datetime.fromisoformat(str(text)))


def paper(shown: Shown, base_url: str, institution: str) -> bytes:
    """The certificate as one page of A4; its symbol leads to where it is verified."""
    code = shown.certificate.code
    out = io.BytesIO()
    labels.draw_statement_pdf(
        labels.Statement(
            institution=institution,
            title=_("采购前置检查证明"),
            number=grouped(code),
            payload=verification_address(base_url, code),
            beside=(
                (_("打印时"), certificate_word(shown.status)),
                (_("签发"), format_datetime(shown.certificate.issued_at)),
            ),
            parts=tuple(
                labels.Part(each.heading, each.rows) for each in sections(shown)
            ),
            foot=_("扫码可看现在是否有效。没有编号，不予登记和报销。"),
            more=_("……其余见核验页"),
        ),
        out=out,
    )
    return out.getvalue()


def verification_address(base_url: str, code: str) -> str:
    """The address of a certificate, upper case for the compact QR alphabet."""
    return f"{base_url.rstrip('/')}/c/{code}".upper()


TONES = {
    CertificateStatus.VALID: ("done", "good"),
    CertificateStatus.STALE: ("clock", "warn"),
    CertificateStatus.SUPERSEDED: ("error", "bad"),
    CertificateStatus.VOID: ("error", "bad"),
    CertificateStatus.BROKEN: ("error", "bad"),
}
"""How a status is marked: icon and tone."""
