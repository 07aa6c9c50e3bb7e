"""Patients of the last hours: on the way, arrived, and just finished."""

from __future__ import annotations

from server.demo import pictures
from server.demo.crew import (
    EAST,
    PHONE_101,
    PHONE_102,
    SPECIALIST,
    TABLET,
    assign_level,
    hand_over,
    head_for,
    known_patient,
    set_out,
    unknown_falcon,
)
from server.demo.scribe import Story

NIHSS_ITEMS = ("1a", "1b", "1c", "2", "3", "4", "5a", "5b", "6a", "6b", "7", "8", "9", "10", "11")
NIHSS_14 = dict(zip(NIHSS_ITEMS, (0, 1, 0, 1, 0, 2, 0, 3, 0, 3, 0, 1, 2, 1, 0), strict=True))


def stroke_on_the_way(story: Story) -> None:
    """Opened 34 minutes ago: acknowledged, and a critical pressure since."""
    phone = PHONE_101
    set_out(story, phone, "stroke", "stroke")
    story.write(phone, 1, "patient", known_patient("赵示一", "female", "1954-08-16", "002", wave=story.wave))
    chips = ["face_droop", "arm_right", "leg_right"]
    story.write(phone, 1.6, "complaint", {"text": "突发右侧肢体无力、口角歪斜", "chips": chips})
    known_well = {"node": "last_known_well", "precision": "exact"}
    story.write(phone, 2.2, "time_node", known_well, stated_minute=-61)
    story.vitals(phone, 3.5, sbp=176, dbp=98, hr=92, rr=18, spo2=95, temp=36.6, avpu="A")
    story.vitals(phone, 4, glucose=7.4)
    fast_ed = {"facial_palsy": 1, "arm_weakness": 2, "speech_changes": 1, "eye_deviation": 1, "denial_neglect": 0}
    story.score(phone, 6, "fast_ed", fast_ed)
    story.nodes(phone, prehospital_stroke_screen=6.2, fingerstick_glucose=4)
    history = {
        "past": ["hypertension", "atrial_fibrillation"],
        "allergies": ["penicillin"],
        "medications": ["warfarin"],
    }
    story.write(phone, 7, "history", history)
    assign_level(story, phone, 7.6, 2)
    prealert = head_for(story, phone, 8, "county", story.at(43))
    story.node(phone, 8.4, "hospital_prenotify")
    story.acknowledge(TABLET, 9.1, prealert)
    story.write(phone, 11, "treatment", {"procedure": "oxygen", "detail": "鼻导管 2 L/min"})
    story.nodes(phone, iv_access_pre=13, loaded=15, leave_scene=17)
    story.score(phone, 14, "nihss", NIHSS_14)
    story.score(phone, 14.6, "gcs", {"eye": 4, "verbal": 4, "motor": 6})
    story.vitals(phone, 18, sbp=188, dbp=102, hr=96, spo2=96)
    story.acknowledge(TABLET, 20, prealert)
    story.vitals(phone, 25, sbp=196, dbp=106, hr=99, spo2=95)
    story.vitals(phone, 31, sbp=212, dbp=114, hr=104, spo2=94, avpu="V")


def polytrauma_on_the_way(story: Story) -> None:
    """Opened 26 minutes ago; the alert went out a moment ago and nobody has answered yet."""
    phone = PHONE_102
    set_out(story, phone, "trauma", "trauma")
    story.write(phone, 1, "patient", known_patient("钱示二", "male", "1989-05-02", "115", wave=story.wave))
    story.write(
        phone,
        1.5,
        "complaint",
        {"text": "货车与摩托车相撞，骑车人，左大腿出血，意识淡漠", "chips": ["traffic", "heavy_bleeding"]},
    )
    story.write(phone, 2, "time_node", {"node": "onset", "precision": "estimated"}, stated_minute=-22)
    story.vitals(phone, 3, sbp=104, dbp=62, hr=118, rr=24, spo2=93, avpu="V")
    story.score(phone, 5, "gcs", {"eye": 3, "verbal": 4, "motor": 6})
    assign_level(story, phone, 5.5, 1)
    story.write(phone, 6, "treatment", {"procedure": "tourniquet", "detail": "左大腿"})
    story.write(phone, 7, "treatment", {"procedure": "cervical_collar"})
    story.photo(phone, 8, pictures.scene("traffic crash"), "scene")
    story.nodes(phone, bleeding_control=6, iv_access_pre=10, loaded=14, leave_scene=16)
    story.write(phone, 10.5, "medication", {"drug": "saline", "dose": 500, "unit": "mL", "route": "iv"})
    story.write(phone, 12, "medication", {"drug": "txa", "dose": 1, "unit": "g", "route": "iv"})
    story.vitals(phone, 13, sbp=92, dbp=54, hr=128, rr=26, spo2=92)
    story.vitals(phone, 20, sbp=84, dbp=48, hr=136, rr=28, spo2=91)
    head_for(story, phone, 25, "county", story.at(40))


def unknown_on_the_way(story: Story) -> None:
    """The second patient of the same crash, whom nobody can name and nobody has triaged yet."""
    phone = PHONE_102
    set_out(story, phone, "trauma", "trauma", scene=3)
    unknown = {
        "temporary_name": unknown_falcon(story.wave),
        "sex": "female",
        "age_years": 35,
        "source": "unknown",
        "name": None,
    }
    story.write(phone, 1, "patient", unknown)
    story.write(
        phone,
        1.5,
        "complaint",
        {"text": "同一车祸的乘客，头部擦伤，呼之能应，不能说出姓名", "chips": ["traffic", "head_injury"]},
    )
    story.write(phone, 2, "history", {"onset": "unknown", "node": "onset"})
    story.vitals(phone, 4, sbp=128, dbp=78, hr=96, rr=18, spo2=98, avpu="V")
    story.score(phone, 5, "gcs", {"eye": 3, "verbal": 4, "motor": 6})
    story.write(phone, 6, "treatment", {"procedure": "dressing"})
    prealert = head_for(story, phone, 12, "county", story.at(37))
    story.acknowledge(TABLET, 13, prealert)
    story.vitals(phone, 17, sbp=124, dbp=76, hr=92, rr=18, spo2=98)
    story.write(phone, 19, "note", {"text": "随身无证件；红色背包随车"})


def stemi_on_the_way(story: Story) -> None:
    """Walked into the township hospital 28 minutes ago; it sends her on to the catheter laboratory, its ECG ahead."""
    story.write(EAST, 0, "encounter", {"site": "east", "pathway": "chest_pain", "symptom": "chest_pain"})
    story.node(EAST, 1, "patient_contact_fmc")
    story.write(EAST, 1.4, "patient", known_patient("蒋示乙", "female", "1959-10-27", "768", wave=story.wave))
    complaint = {"text": "胸骨后压榨样疼痛，向左臂放射", "chips": ["crushing_pain", "radiating_arm", "sweating"]}
    story.write(EAST, 2, "complaint", complaint)
    story.write(EAST, 2.5, "time_node", {"node": "onset", "precision": "estimated"}, stated_minute=-55)
    story.vitals(EAST, 3, sbp=146, dbp=88, hr=94, rr=20, spo2=95, pain=8, temp=36.7, avpu="A")
    history = {"past": ["hypertension", "diabetes"], "allergies": ["none"], "medications": ["oral_antidiabetic"]}
    story.write(EAST, 3.6, "history", history)
    assign_level(story, EAST, 4, 2)
    story.photo(EAST, 7, pictures.ecg(0.28), "ecg")
    story.nodes(EAST, first_ecg=6.4, ecg_transmitted=7.6)
    prealert = head_for(story, EAST, 9, "county", story.at(46))
    story.acknowledge(TABLET, 10, prealert)
    story.node(SPECIALIST, 12, "ecg_diagnosis")
    story.write(SPECIALIST, 12.6, "note", {"text": "前壁 STEMI，导管室已启动，绕行急诊"})
    story.node(SPECIALIST, 13, "cathlab_activated")
    story.write(EAST, 13.4, "medication", {"drug": "aspirin", "dose": 300, "unit": "mg", "route": "po"})
    story.write(EAST, 13.8, "medication", {"drug": "ticagrelor", "dose": 180, "unit": "mg", "route": "po"})
    story.vitals(EAST, 16, sbp=138, dbp=84, hr=90, rr=18, spo2=96, pain=6)


def stemi_arrived(story: Story) -> None:
    """Opened 92 minutes ago, through the door 31 minutes ago, now in the catheter laboratory."""
    phone = PHONE_101
    set_out(story, phone, "chest_pain", "chest_pain")
    story.write(phone, 1, "patient", known_patient("孙示三", "male", "1966-06-30", "507"))
    story.write(
        phone, 1.5, "complaint", {"text": "压榨样胸痛伴大汗", "chips": ["crushing_pain", "radiating_arm", "sweating"]}
    )
    story.write(phone, 2, "time_node", {"node": "onset", "precision": "estimated"}, stated_minute=-48)
    story.vitals(phone, 3, sbp=138, dbp=86, hr=104, rr=20, spo2=94, pain=8)
    story.photo(phone, 6, pictures.ecg(), "ecg")
    story.nodes(phone, first_ecg=6, ecg_transmitted=7, iv_access_pre=9, loaded=18, leave_scene=20)
    prealert = head_for(story, phone, 8, "county", story.at(58))
    story.acknowledge(TABLET, 9, prealert)
    story.node(SPECIALIST, 12, "ecg_diagnosis")
    story.write(SPECIALIST, 12.5, "note", {"text": "下壁 STEMI，请直送导管室"})
    story.write(phone, 14, "medication", {"drug": "aspirin", "dose": 300, "unit": "mg", "route": "po"})
    story.write(phone, 14.5, "medication", {"drug": "ticagrelor", "dose": 180, "unit": "mg", "route": "po"})
    wrong = story.write(phone, 15, "medication", {"drug": "nitroglycerin", "dose": 0.5, "unit": "mg", "route": "sl"})
    story.write(phone, 16, "retraction", {"of": wrong, "reason": "not_given"})
    for minute, sbp, dbp, hr, spo2 in ((16, 126, 80, 98, 95), (28, 112, 70, 90, 95), (41, 104, 66, 84, 96)):
        story.vitals(phone, minute, sbp=sbp, dbp=dbp, hr=hr, spo2=spo2)
    assign_level(story, TABLET, 62.5, 1)
    story.nodes(TABLET, hospital_door=61, cathlab_activated=14)
    story.nodes(SPECIALIST, pci_decision=63, cathlab_ready=66, cathlab_arrive=69, puncture_success=76)
    story.vitals(TABLET, 64, sbp=108, dbp=68, hr=86, spo2=97, pain=5)
    story.acknowledge(SPECIALIST, 77, prealert)


def walk_in(story: Story) -> None:
    """Came on her own feet 47 minutes ago; the desk opened the record."""
    story.write(TABLET, 0, "encounter", {"site": "county", "pathway": "chest_pain", "symptom": "chest_pain"})
    story.nodes(TABLET, hospital_door=0.1, patient_contact_fmc=2, first_ecg=9)
    story.write(TABLET, 1, "patient", known_patient("李示四", "female", "1978-03-09", "224"))
    story.write(TABLET, 1.6, "complaint", {"text": "胸闷两小时，活动后加重", "chips": ["chest_tightness"]})
    assign_level(story, TABLET, 3, 3)
    story.vitals(TABLET, 4, sbp=142, dbp=84, hr=88, rr=16, spo2=98, pain=3, temp=36.4)
    story.photo(TABLET, 9.5, pictures.ecg(st_elevation=0.0), "ecg")
    story.nodes(TABLET, blood_drawn=14)
    story.vitals(TABLET, 30, sbp=136, dbp=82, hr=82, spo2=98, pain=2)


def child_with_fever(story: Story) -> None:
    """Five hours ago, to the township hospital: no adult limits colour this child."""
    phone = PHONE_102
    set_out(story, phone, "general", "other")
    story.write(phone, 1, "patient", known_patient("周示五", "male", "2023-02-11", "333"))
    story.write(phone, 1.5, "complaint", {"text": "发热 39.8 ℃，抽搐一次，已缓解", "chips": ["fever"]})
    story.vitals(phone, 3, hr=152, rr=32, spo2=97, temp=39.8, avpu="A")
    story.write(phone, 5, "treatment", {"procedure": "oxygen"})
    prealert = head_for(story, phone, 7, "east", story.at(24))
    story.acknowledge(EAST, 8, prealert)
    story.vitals(phone, 15, hr=146, rr=30, spo2=98, temp=39.4)
    hand_over(story, phone, EAST, 23, 29)


def not_transported(story: Story) -> None:
    """Eight hours ago: seen, advised, stayed at home; the refusal is on record."""
    phone = PHONE_101
    set_out(story, phone, "general", "other")
    story.write(phone, 1, "patient", known_patient("吴示六", "female", "1995-12-24", "446"))
    story.write(phone, 2, "complaint", {"text": "站立时头晕，已缓解", "chips": ["dizziness"]})
    story.vitals(phone, 4, sbp=108, dbp=68, hr=84, rr=16, spo2=99, glucose=5.2, avpu="A")
    story.write(phone, 12, "consent", {"about": "refused_transport", "by": "patient", "witness": "家属"})
    story.write(phone, 14, "note", {"text": "已告知风险，嘱复发时立即拨打 120"})
    story.write(phone, 15, "closure", {"state": "closed", "reason": "not_transported"})
