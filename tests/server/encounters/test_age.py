"""Age by dates as they are in China."""

from server.encounters.age import completed_years, real_date, shanghai_date


def test_years_are_completed_on_the_birthday_itself() -> None:
    assert completed_years("2008-11-21", "2026-11-21") == 18
    assert completed_years("2008-11-22", "2026-11-21") == 17


def test_a_birth_that_lies_ahead_or_is_unknown_gives_no_age() -> None:
    assert completed_years("2027-01-01", "2026-11-21") is None
    assert completed_years(None, "2026-11-21") is None
    assert completed_years("1990-01-01", None) is None


def test_a_date_that_the_calendar_does_not_have_is_none() -> None:
    assert real_date("2026-02-30") is None
    assert real_date("20260230") is None


def test_the_date_is_that_in_china() -> None:
    assert shanghai_date("2026-11-20T17:00:00Z") == "2026-11-21"
    assert shanghai_date("2026-11-20T15:59:59Z") == "2026-11-20"
