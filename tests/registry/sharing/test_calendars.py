"""Due dates as a calendar file, and the secret address it is fetched from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.kernel.clock import today
from registry.organisation import actions as organisation
from registry.organisation.models import Institution
from registry.sharing.rules.calendars import LONGEST_LINE, Due, calendar_file
from tests.factories.ledger import make_assets

MADE = datetime(2026, 9, 1, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120)


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


@given(words, words)
def test_whatever_is_written_the_file_keeps_its_form(title: str, note: str) -> None:
    text = calendar_file(
        title, "zc.example", [Due("loan-1", date(2026, 9, 3), title, note)], MADE
    )
    for line in text.split("\r\n"):
        assert len(line.encode()) <= LONGEST_LINE
    lines = unfolded(text)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    marked = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{marked}" in lines
    assert "DTSTART;VALUE=DATE:20260903" in lines
    assert "DTEND;VALUE=DATE:20260904" in lines
    assert "UID:loan-1@zc.example" in lines


def test_a_secret_address_tells_due_dates_until_it_is_taken_back(
    institution: Institution, signed_in_as: Any, client: Any, context: Session
) -> None:
    seeker, keeper = signed_in_as(), signed_in_as(Role.WAREHOUSE_KEEPER)
    [lent, held] = make_assets(institution, 2, state="idle")
    day = today("Asia/Shanghai")
    keeper.submit(
        "/loans/new",
        {
            "asset": lent.id,
            "from_on": day.isoformat(),
            "until_on": day.isoformat(),
            "do": "lend",
            "person": seeker.person.id,
            "person_text": seeker.person.name,
        },
    )
    seeker.submit("/wishes/hold", {"asset": held.id})
    page = seeker.submit("/wishes/calendar").text
    path = page.partition("http://localhost")[2].partition("<")[0].strip()
    assert path.startswith("/calendars/")
    answer = client.get(path)
    assert answer.mimetype == "text/calendar"
    lines = unfolded(answer.text)
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
    assert sum(line.startswith("SUMMARY:") for line in lines) == 2
    assert client.get("/calendars/something-else.ics").status_code == 404
    newer = seeker.submit("/wishes/calendar").text
    newer = newer.partition("http://localhost")[2].partition("<")[0].strip()
    assert client.get(path).status_code == 404
    assert client.get(newer).status_code == 200
    seeker.submit("/wishes/calendar/drop")
    assert client.get(newer).status_code == 404


def test_whoever_has_left_is_told_nothing(
    institution: Institution, api_as: Any, client: Any, system: Any
) -> None:
    seeker = api_as()
    made = seeker.post("/api/v1/me/calendar-feed")
    assert made.status_code == 201
    path = made.json["address"].removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    organisation.leave(system, seeker.person.id, seeker.person.version)
    assert client.get(path).status_code == 404
