"""Patients of yesterday and the day before, with the whole course in hospital: what quality counts."""

from __future__ import annotations

from server.demo import pictures
from server.demo.crew import (
    DOCTOR,
    PHONE_101,
    PHONE_102,
    SPECIALIST,
    TABLET,
    assign_level,
    hand_over,
    head_for,
    known_patient,
    set_out,
)
from server.demo.scribe import Story


def died_at_scene(story: Story) -> None:
    """Yesterday: resuscitation without success; no hospital received this record, archive keeps it."""
    phone = PHONE_102
    set_out(story, phone, "general", "coma")
    story.write(phone, 1, "patient", {"name": "郑示七", "sex": "male", "age_years": 81, "source": "told"})
    story.write(phone, 1.4, "complaint", {"text": "家属发现无反应、无呼吸", "chips": ["unresponsive", "no_breathing"]})
    not_measurable = {"sbp": "unrecordable", "spo2": "unrecordable"}
    story.write(phone, 2, "vitals", {"hr": 0, "rr": 0, "avpu": "U", "not_measurable": not_measurable})
    for minute, procedure in ((1.8, "cpr"), (4, "defibrillation"), (7, "bag_valve_mask"), (9, "io_access")):
        story.write(phone, minute, "treatment", {"procedure": procedure})
    for minute in (10, 14, 18):
        dose = {"drug": "adrenaline_arrest", "dose": 1, "unit": "mg", "route": "io"}
        story.write(phone, minute, "medication", dose)
    story.node(phone, 34, "death")
    story.write(phone, 36, "closure", {"state": "closed", "reason": "died"})


def stroke_diverted(story: Story) -> None:
    """Half a day ago: first to the east, then, with a likely large-vessel occlusion, on to the county hospital."""
    phone = PHONE_101
    set_out(story, phone, "stroke", "stroke")
    story.write(phone, 1, "patient", known_patient("王示八", "male", "1961-11-03", "559"))
    story.write(phone, 1.5, "complaint", {"text": "言语不清、左侧无力", "chips": ["speech", "arm_left", "leg_left"]})
    story.write(phone, 2, "time_node", {"node": "last_known_well", "precision": "exact"}, stated_minute=-52)
    story.vitals(phone, 3, sbp=168, dbp=92, hr=78, rr=16, spo2=97, glucose=6.8, avpu="A")
    story.write(phone, 4, "destination", {"site": "east", "eta_at": None})
    fast_ed = {"facial_palsy": 1, "arm_weakness": 2, "speech_changes": 2, "eye_deviation": 2, "denial_neglect": 1}
    story.score(phone, 7, "fast_ed", fast_ed)
    prealert = head_for(story, phone, 9, "county", story.at(41))
    story.acknowledge(TABLET, 9.9, prealert)
    story.nodes(phone, prehospital_stroke_screen=7.2, hospital_prenotify=9.4, loaded=12, leave_scene=13)
    story.vitals(phone, 22, sbp=172, dbp=94, hr=80, spo2=97)
    story.node(TABLET, 40, "hospital_door")
    assign_level(story, TABLET, 41, 1)
    story.nodes(TABLET, ct_arrive=49, ct_start=52, ct_end=57, blood_drawn=44, lab_report=66)
    story.nodes(SPECIALIST, ct_report=63, lysis_decision=66, needle=71, lysis_end=131)
    dose = {"drug": "alteplase_stroke", "dose": 63, "unit": "mg", "route": "iv", "weight_kg": 70}
    story.write(SPECIALIST, 71, "medication", dose)
    story.vitals(TABLET, 75, sbp=158, dbp=88, hr=76, spo2=98)
    hand_over(story, phone, TABLET, 40.1, 47)


def stemi_complete(story: Story) -> None:
    """The day before: from the first contact to the wire."""
    phone = PHONE_102
    set_out(story, phone, "chest_pain", "chest_pain")
    story.write(phone, 1, "patient", known_patient("冯示九", "male", "1958-01-19", "663"))
    story.write(phone, 1.5, "complaint", {"text": "胸骨后疼痛 1 小时", "chips": ["crushing_pain"]})
    story.write(phone, 2, "time_node", {"node": "onset", "precision": "estimated"}, stated_minute=-64)
    story.vitals(phone, 3, sbp=124, dbp=78, hr=58, rr=18, spo2=96, pain=7)
    story.photo(phone, 8, pictures.ecg(0.4), "ecg")
    story.nodes(phone, first_ecg=8, ecg_transmitted=9, loaded=16, leave_scene=18)
    prealert = head_for(story, phone, 10, "county", story.at(44))
    story.acknowledge(TABLET, 11, prealert)
    story.write(phone, 12, "medication", {"drug": "aspirin", "dose": 300, "unit": "mg", "route": "po"})
    story.vitals(phone, 25, sbp=118, dbp=74, hr=62, spo2=97, pain=6)
    story.nodes(SPECIALIST, ecg_diagnosis=15, pci_decision=17, cathlab_activated=18)
    story.nodes(SPECIALIST, cathlab_ready=40, cathlab_arrive=55, puncture_success=63, wire_cross=81)
    hand_over(story, phone, TABLET, 45, 56)


def wake_up_stroke(story: Story) -> None:
    """The day before: a stated last known well was put right, so no timer runs."""
    phone = PHONE_101
    set_out(story, phone, "stroke", "stroke")
    story.write(phone, 1, "patient", known_patient("褚示十", "female", "1947-04-27", "778"))
    story.write(phone, 1.5, "complaint", {"text": "晨起发现右侧无力", "chips": ["arm_right"]})
    node = {"node": "last_known_well", "precision": "estimated"}
    told = story.write(phone, 2, "time_node", node, stated_minute=-30)
    story.write(phone, 6, "history", {"onset": "wake_up", "node": "last_known_well"}, supersedes=told)
    story.vitals(phone, 4, sbp=154, dbp=84, hr=88, rr=16, spo2=96, glucose=8.9, avpu="A")
    fast_ed = {"facial_palsy": 0, "arm_weakness": 1, "speech_changes": 0, "eye_deviation": 0, "denial_neglect": 0}
    story.score(phone, 8, "fast_ed", fast_ed)
    prealert = head_for(story, phone, 10, "county", story.at(38))
    story.acknowledge(DOCTOR, 12.5, prealert)
    story.nodes(phone, prehospital_stroke_screen=8.3, loaded=15, leave_scene=17)
    story.nodes(TABLET, ct_start=58, ct_report=71)
    hand_over(story, phone, TABLET, 39, 48)


def fall_with_correction(story: Story) -> None:
    """The day before: a late tap was put right with its reason; the phone had measured its clock only afterwards."""
    phone = PHONE_102
    set_out(story, phone, "trauma", "trauma")
    story.write(phone, 1, "patient", known_patient("卫示甲", "female", "1943-09-08", "882"), measured=False)
    story.write(
        phone, 1.5, "complaint", {"text": "平地跌倒，左髋疼痛、不能站立", "chips": ["fall_ground"]}, measured=False
    )
    story.write(phone, 3, "vitals", {"sbp": 148, "dbp": 82, "hr": 90, "rr": 18, "spo2": 96, "pain": 6}, measured=False)
    story.write(phone, 6, "treatment", {"procedure": "splint", "detail": "左下肢"})
    late = story.node(phone, 24, "leave_scene")
    body = {"node": "leave_scene", "precision": "exact", "reason": "late_tap"}
    story.write(phone, 26, "time_node", body, stated_minute=15, supersedes=late)
    prealert = head_for(story, phone, 17, "county", story.at(42))
    story.acknowledge(TABLET, 19, prealert)
    assign_level(story, TABLET, 44, 3)
    hand_over(story, phone, TABLET, 41, 50)
