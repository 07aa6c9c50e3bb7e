"""Scores as a crew enters them on a phone: each by its own form, each answer's source kept in the hub's record."""

from __future__ import annotations

import re
from typing import Any

import cases
import crew
import ward
from devices import TABLET, Device
from playwright.sync_api import expect
from world import World

FOUND = "data-result"


def open_score(phone: Device, score: str) -> None:
    crew.open_screen(phone, "scores")
    crew.by(phone.page, f"score-{score}").click()


def tap(phone: Device, *testids: str) -> None:
    for testid in testids:
        crew.by(phone.page, testid).click()


def save(phone: Device) -> None:
    tap(phone, "score-save")
    crew.wait_home(phone.page)


def recorded(world: World, encounter: str, score: str, times: int = 1) -> dict[str, Any]:
    """The newest score of this name in the hub's folded record, once it holds so many."""
    token = world.hub.sign_in("paramedic")

    def scores() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = world.hub.get(f"/api/encounters/{encounter}", token)["scores"].get(score, [])
        return found

    world.wait_until(lambda: len(scores()) >= times, f"the hub holds {times} of {score}")
    newest = scores()[-1]
    assert newest["definition"]["version"]
    assert re.fullmatch(r"[0-9a-f]{16,64}|sha256[:-].+", newest["definition"]["hash"])
    return newest


def start_stroke(phone: Device) -> str:
    encounter = crew.start_encounter(phone, "stroke")
    known_well = cases.hours_ago(1.5)
    crew.state_onset(phone, known_well.digits, known_well.days_ago)
    crew.enter_patient(phone, cases.NAME, cases.NUMBER)
    crew.enter_vitals(phone, {"sbp": 162, "dbp": 92, "hr": 84, "rr": 18}, "A")
    return encounter


def enter_coma_scale(phone: Device, eye: int, verbal: int | str, motor: int) -> None:
    """Three taps, or two and a reason."""
    open_score(phone, "gcs")
    for item, value in (("eye", eye), ("verbal", verbal), ("motor", motor)):
        expect(crew.by(phone.page, "question")).to_have_attribute("data-item", item)
        if isinstance(value, int):
            tap(phone, f"answer-{value}")
        else:
            tap(phone, "untestable", f"untestable-{value}")


def test_nihss_is_called_normal_then_corrected_and_gives_fast_ed_its_answers(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = start_stroke(phone)

    open_score(phone, "nihss")
    world.screen(phone, "phone-nihss-all-normal")
    tap(phone, "all-normal")
    expect(crew.by(phone.page, "review-9")).to_contain_text("待确认")
    expect(crew.by(phone.page, "score-save")).to_contain_text("确认")
    for item, value in (("4", 2), ("5b", 3), ("9", 1)):
        tap(phone, f"review-{item}", f"answer-{value}")
        expect(crew.by(phone.page, f"review-{item}")).not_to_contain_text("待确认")
    world.screen(phone, "phone-nihss-review")
    expect(crew.by(phone.page, "score-result")).to_have_attribute("data-total", "6")
    save(phone)
    nihss = recorded(world, encounter, "nihss")
    assert nihss["result"]["total"] == 6
    assert sorted(nihss["filled_normal"]) == sorted(set(nihss["inputs"]) - {"4", "5b", "9"})

    open_score(phone, "fast_ed")
    expect(crew.by(phone.page, "take-facial_palsy")).to_contain_text("NIHSS 4")
    world.screen(phone, "phone-fast-ed-from-nihss")
    assert not crew.by(phone.page, "score-save").is_visible()
    tap(phone, "take-all")
    expect(crew.by(phone.page, "score-result")).to_have_attribute("data-total", "4")
    save(phone)
    fast_ed = recorded(world, encounter, "fast_ed")
    assert fast_ed["inputs"] == {
        "facial_palsy": 1,
        "arm_weakness": 2,
        "speech_changes": 1,
        "eye_deviation": 0,
        "denial_neglect": 0,
    }
    assert fast_ed["sources"]["arm_weakness"]["of"] == nihss["entry"]["id"]


def test_nihss_before_and_after_lysis_are_marked_and_compared_item_by_item(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = start_stroke(phone)
    before = [0, 1, 0, 1, 2, 1, 3, 0, 2, 0, 0, 1, 1, 1, 0]
    after = [0, 0, 0, 1, 2, 1, 1, 0, 2, 1, 0, 1, 1, 1, 0]
    crew.answer_score(phone, "nihss", before)
    crew.answer_score(phone, "nihss", after)
    recorded(world, encounter, "nihss", times=2)

    crew.open_screen(phone, "scores")
    tap(phone, "compare-nihss")
    expect(crew.by(phone.page, "comparison")).to_have_attribute("data-change", str(sum(after) - sum(before)))
    expect(crew.by(phone.page, "change-5a")).to_contain_text("−2")
    expect(crew.by(phone.page, "change-6b")).to_contain_text("+1")
    crew.by(phone.page, "mark-before_lysis").nth(0).click()
    crew.by(phone.page, "mark-after_lysis").nth(1).click()
    expect(crew.by(phone.page, "comparison")).to_contain_text(re.compile("溶栓前.*溶栓后", re.DOTALL))
    world.screen(phone, "phone-nihss-compared")


def test_an_untestable_coma_scale_has_no_sum_and_forbids_those_that_use_it(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "trauma")
    crew.enter_vitals(phone, {"sbp": 92, "dbp": 60, "hr": 118, "rr": 24})
    enter_coma_scale(phone, 4, "intubated", 5)
    expect(crew.by(phone.page, "score-result")).to_contain_text("E4 VNT M5")
    world.screen(phone, "phone-gcs-untestable")
    save(phone)
    gcs = recorded(world, encounter, "gcs")
    assert (gcs["result"]["status"], gcs["result"]["total"]) == ("not_computable", None)
    assert gcs["untestable_reasons"] == {"verbal": "intubated"}

    open_score(phone, "t_rts")
    world.screen(phone, "phone-known-values")
    tap(phone, "take-all")
    expect(crew.by(phone.page, "score-result")).to_have_attribute("data-status", "not_computable")
    save(phone)
    t_rts = recorded(world, encounter, "t_rts")
    assert t_rts["result"]["total"] is None
    assert t_rts["inputs"] == {"gcs": "NT", "sbp": 92, "rr": 24}
    assert t_rts["sources"]["sbp"]["kind"] == "vitals"

    enter_coma_scale(phone, 4, 4, 5)
    save(phone)
    open_score(phone, "t_rts")
    tap(phone, "take-all")
    expect(crew.by(phone.page, "score-result")).to_have_attribute("data-total", "12")
    save(phone)
    assert recorded(world, encounter, "t_rts", times=2)["inputs"]["gcs"] == 13


def add_injury(phone: Device, part: str, kind: str, ais: int) -> None:
    tap(phone, f"part-{part}", f"kind-{kind}", f"ais-{ais}")


def test_injuries_are_tapped_on_the_body_and_iss_and_niss_follow(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "trauma")
    open_score(phone, "iss")
    world.screen(phone, "phone-injuries-figure")
    add_injury(phone, "chest", "organ", 4)
    add_injury(phone, "leg_left", "fracture", 3)
    tap(phone, "part-arm_right", "kind-fracture")
    world.screen(phone, "phone-injury-sheet")
    tap(phone, "ais-3")
    total = {score: crew.by(phone.page, f"total-{score}") for score in ("iss", "niss")}
    expect(total["iss"]).to_have_attribute("data-total", "25")
    expect(total["niss"]).to_have_attribute("data-total", "34")
    world.screen(phone, "phone-injuries")

    tap(phone, "view-back", "part-back_lower", "ais-9")
    expect(total["iss"]).to_have_attribute("data-status", "not_computable")
    expect(crew.by(phone.page, "no-total-reason")).to_contain_text("不能计总分")
    tap(phone, "injury-remove-3")
    save(phone)
    assert recorded(world, encounter, "iss")["result"]["total"] == 25
    niss = recorded(world, encounter, "niss")
    assert niss["result"]["total"] == 34
    assert {"region": "extremities", "ais": 3, "part": "leg_left", "kind": "fracture"} in niss["inputs"]["injuries"]


def test_burns_are_halves_and_quarters_by_depth_and_age(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "trauma")
    crew.enter_patient(phone, cases.NAME, cases.NUMBER)
    open_score(phone, "burns_tbsa")
    tap(phone, "method-chinese_nine", "take-age_years", "sex-male")
    tap(phone, "part-chest", "burn-trunk_front-second-2", "burn-trunk_front-first-1", "sheet-close")
    tap(phone, "part-arm_left", "burn-hand_left-third-4")
    world.screen(phone, "phone-burn-sheet")
    tap(phone, "sheet-close")
    assert crew.by(phone.page, "score-result").get_attribute("data-total") == ""
    tap(phone, "all-assessed")
    expect(crew.by(phone.page, "score-result")).to_have_attribute("data-total", "9")
    world.screen(phone, "phone-burns")
    save(phone)
    burns = recorded(world, encounter, "burns_tbsa")
    assert burns["result"]["total"] == 9
    assert burns["detail"]["third_degree_percent"] == 2.5
    assert burns["sources"]["age_years"]["kind"] == "patient"


def fill_lysis_list(phone: Device) -> None:
    """Facts from the record by a tap each, those that only a person knows by hand, then both groups asked through."""
    for fact in ("onset_min", "age", "sbp", "dbp"):
        tap(phone, f"take-{fact}")
    for fact in ("deficit_from_ischaemic_stroke-yes", "consent-yes", "oral_anticoagulant-no"):
        tap(phone, f"fact-{fact}")
    for fact, typed in (("glucose", "6"), ("platelets", "210")):
        tap(phone, f"type-{fact}")
        crew.press(phone.page, typed)
        tap(phone, "number-done")


def test_a_lysis_list_is_filled_by_one_person_and_confirmed_by_a_second(world: World) -> None:
    phone, _ = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = start_stroke(phone)
    crew.send_prealert(phone, "county", 15)

    open_score(phone, "stroke_ivt")
    world.screen(phone, "phone-lysis-offered")
    fill_lysis_list(phone)
    result = crew.by(phone.page, "score-result")
    expect(result).to_have_attribute("data-status", "incomplete")
    tap(phone, "tick-prior_ich-yes")
    expect(result).to_have_attribute(FOUND, "absolute_exclusion")
    world.screen(phone, "phone-lysis-exclusion")
    tap(phone, "tick-prior_ich-no", "none-absolute", "none-relative")
    expect(result).to_have_attribute(FOUND, "no_exclusion_found")
    expect(result).to_contain_text("未发现排除项")
    save(phone)
    filled = recorded(world, encounter, "stroke_ivt")
    assert filled["result"]["result"] == "no_exclusion_found"
    assert filled["inputs"]["onset_min"] in range(89, 96)
    assert {name: one["kind"] for name, one in filled["sources"].items()} == {
        "onset_min": "time_node",
        "age": "patient",
        "sbp": "vitals",
        "dbp": "vitals",
    }

    open_score(phone, "stroke_ivt")
    assert not crew.by(phone.page, "checklist-confirm").is_visible()  # not by the one who filled it in
    phone.open("/signin?again=1")
    tap(phone, "username")
    crew.by(phone.page, "username").fill("partner")
    crew.by(phone.page, "password").fill(world.hub.passwords["partner"])
    tap(phone, "sign-in")
    expect(crew.by(phone.page, "new-patient")).to_be_visible()
    phone.open(f"/e/{encounter}/scores/stroke_ivt")
    tap(phone, "checklist-confirm")
    expect(crew.by(phone.page, "checklist-confirmed")).to_contain_text("赵敏")
    world.screen(phone, "phone-lysis-confirmed")

    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    ward.choose_acting(tablet, "王芳")
    ward.wait_for_alert(tablet, encounter)
    ward.open_record(tablet, encounter)
    expect(ward.by(tablet.page, "checklist-confirmed")).to_contain_text("赵敏", timeout=30_000)
    ward.by(tablet.page, "checklist-confirm").click()
    expect(ward.by(tablet.page, "checklist-confirmed")).to_have_count(2)
    world.screen(tablet, "record-lysis-confirmed")
    token = world.hub.sign_in("paramedic")

    def attested() -> list[str]:
        folded = world.hub.get(f"/api/encounters/{encounter}", token)
        return [one["of"] for one in folded["attestations"]]

    world.wait_until(lambda: attested() == [filled["entry"]["id"]] * 2, "both confirmations name the filled list")


def test_a_nurse_enters_vital_signs_and_a_score_on_the_tablet_in_the_name_that_was_chosen(world: World) -> None:
    phone, _ = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    encounter = start_stroke(phone)
    crew.send_prealert(phone, "county", 15)
    ward.wait_for_alert(tablet, encounter)
    ward.choose_acting(tablet, "郑凯")
    ward.open_record(tablet, encounter)
    page = tablet.page

    tap(tablet, "enter-vitals")
    expect(ward.by(page, "acting-strip")).to_contain_text("郑凯")
    tap(tablet, "vital-sbp")
    crew.press(page, "148")
    tap(tablet, "vitals-save")
    expect(ward.by(page, "record")).to_be_visible()  # back where the hospital works, not on the crew's screen
    tap(tablet, "enter-scores", "score-gcs")
    for item, value in (("eye", 3), ("verbal", 4), ("motor", 6)):
        expect(ward.by(page, "question")).to_have_attribute("data-item", item)
        tap(tablet, f"answer-{value}")
    tap(tablet, "score-save")
    expect(ward.by(page, "record-score-gcs")).to_contain_text("13")
    expect(ward.by(page, "record-score-gcs")).to_contain_text("郑凯")
    world.screen(tablet, "record-entered-here")
    gcs = recorded(world, encounter, "gcs")
    token = world.hub.sign_in("nurse")
    vitals = world.hub.get(f"/api/encounters/{encounter}", token)["vitals"]["sets"][-1]
    assert vitals["values"]["sbp"] == 148
    assert gcs["entry"]["staff"] == vitals["entry"]["staff"] != world.hub.staff_id("nurse")
