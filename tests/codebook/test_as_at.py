"""What was written and what was in force, on days for which the version table says it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from gbsmart.codebook import Status, Verb, history, moment_of, provision_at, provisions_at, version_at
from gbsmart.ground import InvalidValue, NotFound


@pytest.mark.parametrize(
    ("ref", "day", "status"),
    [
        ("H15", "2015-01-25", Status.DORMANT),
        ("H15", "2015-01-26", Status.IN_FORCE),
        ("H2", "2016-06-05", Status.DORMANT),
        ("H2", "2016-06-06", Status.IN_FORCE),
        ("H3", "2016-11-07", Status.DORMANT),
        ("H3.22", "2016-11-07", Status.IN_FORCE),
        ("H3", "2016-11-08", Status.IN_FORCE),
        ("H3.27", "2016-11-08", Status.DORMANT),
        ("H10.13", "2016-11-07", Status.DORMANT),
        ("H10.13", "2016-11-08", Status.IN_FORCE),
        ("H10", "2016-11-07", Status.IN_FORCE),
        ("F2", "2016-10-26", Status.DORMANT),
        ("F2", "2016-10-27", Status.IN_FORCE),
        ("A1", "2013-09-23", Status.IN_FORCE),
    ],
)
def test_what_is_written_applies_once_it_is_activated(
    library: Connection, ref: str, day: str, status: Status
) -> None:
    moment = moment_of(day)
    assert provision_at(library, ref, moment).status is status
    in_list = {each.ref: each.status for each in provisions_at(library, moment)}
    assert in_list[ref] is status
    if status is Status.IN_FORCE:
        assert provision_at(library, ref, moment, in_force=True).ref == ref
    else:
        with pytest.raises(NotFound, match="is written but not yet in force"):
            provision_at(library, ref, moment, in_force=True)


def test_a_text_may_change_before_the_version_that_prints_it(library: Connection) -> None:
    day = moment_of("2016-08-17")
    assert version_at(library, day).number == "4.14"
    for ref in ("D6.3", "D6.4"):
        changed = provision_at(library, ref, day)
        assert (changed.verb, changed.modification, changed.version) == ("amended", "SECMP0017", "4.15")
        assert provision_at(library, ref, moment_of("2016-08-16")).modification == ""
    assert provision_at(library, "Appendix J", day).version == "4.5"
    assert provision_at(library, "Appendix J", moment_of("2016-08-18")).version == "4.15"


def test_what_is_not_yet_there_is_not_found(library: Connection) -> None:
    with pytest.raises(NotFound, match="since 2016-07-13"):
        provision_at(library, "Z4", moment_of("2016-07-12"))
    assert provision_at(library, "Z4", moment_of("2016-07-13")).heading == "Alt HAN Costs and Budgets"
    with pytest.raises(NotFound, match="not part of any version"):
        provision_at(library, "Appendix AL", moment_of("2018-12-05"))


def test_deleted_and_designated_anew_on_one_day(library: Connection) -> None:
    verbs = [each.verb for each in history(library, "Appendix A")]
    assert verbs == [Verb.DESIGNATED, Verb.DESIGNATED, Verb.DELETED, Verb.REDESIGNATED]
    assert provision_at(library, "Appendix A", moment_of("2016-07-12")).version == "3.0"
    assert provision_at(library, "Appendix A", moment_of("2016-07-13")).version == "4.14"


def test_an_unknown_reference_names_the_nearest(library: Connection) -> None:
    with pytest.raises(NotFound, match="Nearest: H4"):
        provision_at(library, "H4.99", moment_of("2018-01-01"))
    with pytest.raises(InvalidValue, match="no reference"):
        provision_at(library, " ", moment_of("2018-01-01"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("C5.2", "C1"),
        ("J5", "J3"),
        ("etad", "Appendix J"),
        ("schedule-8", "Schedule 8"),
        ("app ac", "Appendix AC"),
    ],
)
def test_other_names_lead_to_the_place(library: Connection, written: str, meant: str) -> None:
    assert provision_at(library, written, moment_of("2018-12-05")).ref == meant


def test_the_contents_are_in_the_order_of_the_code(library: Connection) -> None:
    refs = [each.ref for each in provisions_at(library, moment_of("2018-12-05"))]
    at = refs.index
    assert refs[0] == "Code"
    assert at("A") < at("A1") < at("A4") < at("B") < at("D9") < at("D9A") < at("D10")
    assert at("Z6") < at("Schedule 1") < at("Schedule 10") < at("Appendix A") < at("Appendix Z")
    assert at("Appendix Z") < at("Appendix AA") < at("Appendix AK")
    assert "P" not in {each.ref for each in provisions_at(library, moment_of("2018-05-30"))}


def test_the_history_of_a_part_is_also_that_of_its_section(library: Connection) -> None:
    told = [(each.version, each.verb, each.target) for each in history(library, "H3.22")]
    assert ("1.0", Verb.DEFERRED, "H3") in told
    assert ("4.11", Verb.ACTIVATED, "H3.22") in told
    assert ("5.10", Verb.AMENDED, "H") in told
    assert "H15" not in {target for _, _, target in told}
    assert "H15" in {each.target for each in history(library, "H")}
