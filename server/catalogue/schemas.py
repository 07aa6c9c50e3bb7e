"""What a catalogue file must look like, per folder. Fields that a schema does not name may stand beside these."""

from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate, validates_schema

from server.catalogue.score_kinds import KINDS

SEVERITIES = ("low", "moderate", "high", "critical")


class Open(Schema):
    class Meta:
        unknown = INCLUDE


class Words(Open):
    zh = fields.String(required=True, validate=validate.Length(min=1))
    en = fields.String(required=True, validate=validate.Length(min=1))


class SourceSchema(Open):
    title = fields.String()
    access = fields.String(required=True)


class SignedOff(Open):
    by = fields.String(required=True, validate=validate.Length(min=1))
    at = fields.String(required=True)


class Definition(Open):
    """What every file has: an id that is its name, a version, who signed it off, where it comes from."""

    schema = fields.Integer(required=True, validate=validate.Equal(1))
    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9_]+$"))
    version = fields.String(required=True, validate=validate.Regexp(r"^\d+\.\d+\.\d+"))
    signed_off = fields.Nested(SignedOff, required=True, allow_none=True)
    sources = fields.List(fields.Nested(SourceSchema), required=True, validate=validate.Length(min=1))


class Labelled(Definition):
    label = fields.Nested(Words, required=True)


class Limits(Open):
    min = fields.Raw(required=True, allow_none=True)
    max = fields.Raw(required=True, allow_none=True)


class OptionSchema(Open):
    value = fields.Raw(required=True)
    label = fields.Nested(Words, required=True)


class ItemSchema(Open):
    id = fields.String(required=True)
    type = fields.String(
        required=True, validate=validate.OneOf(["choice", "boolean", "integer", "decimal", "map", "list"])
    )
    label = fields.Nested(Words, required=True)
    hard_range = fields.Nested(Limits)
    options = fields.List(fields.Nested(OptionSchema))

    @validates_schema
    def has_options(self, data: dict[str, Any], **_: Any) -> None:
        if data["type"] == "choice" and not data.get("options"):
            raise ValidationError(f"choice {data['id']} has no options", "options")


class BandSchema(Limits):
    id = fields.String(required=True)
    label = fields.Nested(Words, required=True)
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))


class ScoreSchema(Definition):
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    names = fields.Nested(Words, required=True)
    purpose = fields.Nested(Words, required=True)
    items = fields.List(fields.Nested(ItemSchema), required=True)
    evaluation = fields.Dict(required=True)
    bands = fields.List(fields.Nested(BandSchema))


class VitalSchema(Labelled):
    short = fields.Nested(Words, required=True)
    order = fields.Integer(required=True)
    type = fields.String(required=True, validate=validate.OneOf(["integer", "decimal", "choice", "boolean"]))
    hard_range = fields.Nested(Limits)
    confirm_outside = fields.Nested(Limits, allow_none=True)
    options = fields.List(fields.Nested(OptionSchema))

    @validates_schema
    def is_measurable(self, data: dict[str, Any], **_: Any) -> None:
        is_number = data["type"] in ("integer", "decimal")
        if is_number and not {"hard_range", "precision", "unit"} <= set(data):
            raise ValidationError("a number needs hard_range, precision and unit", "hard_range")


class DerivedFrom(Open):
    """A time that another entry proves: sending the alert, finishing a score, taking the photo of the ECG."""

    kind = fields.String(data_key="from", required=True, validate=validate.OneOf(["prealert", "score", "media"]))
    any_of = fields.List(fields.String())
    purpose = fields.String()


class TimeNodeSchema(Labelled):
    short = fields.Nested(Words, required=True)
    order = fields.Integer(required=True)
    phase = fields.String(
        required=True, validate=validate.OneOf(["prehospital", "hospital", "prehospital_or_hospital", "any"])
    )
    entry = fields.String(required=True, validate=validate.OneOf(["tap", "stated"]))
    pathways = fields.List(fields.String(), required=True)
    derived_from = fields.List(fields.Nested(DerivedFrom))


class RuleSchema(Open):
    """Who counts for a share, which times must be known, what makes a success (server/quality/shares.py)."""

    among = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1))
    needs = fields.List(fields.String(), required=True)
    share = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1))


class IndicatorSchema(Labelled):
    kind = fields.String(required=True, validate=validate.OneOf(["interval", "ratio"]))
    pathway = fields.String(required=True)
    certainty = fields.String(required=True)
    from_node = fields.String()
    to_node = fields.String()
    target_minutes = fields.Integer(allow_none=True)
    comparison = fields.String(allow_none=True, validate=validate.OneOf(["<=", "<", ">="]))
    earliest_minutes = fields.Integer()
    target_share = fields.Float(allow_none=True, validate=validate.Range(0, 1))
    rule = fields.Nested(RuleSchema)

    @validates_schema
    def has_rule(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] == "ratio" and not {"rule", "target_share"} <= set(data):
            raise ValidationError("a ratio needs rule and target_share", "rule")

    @validates_schema
    def has_ends(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] == "interval" and not {"from_node", "to_node", "target_minutes"} <= set(data):
            raise ValidationError("an interval needs from_node, to_node and target_minutes", "from_node")


class LineStop(Open):
    node = fields.String(required=True)
    shown = fields.String(required=True, validate=validate.OneOf(["both", "hospital"]))
    indicator = fields.String()


class Step(Open):
    kind = fields.String(
        required=True,
        validate=validate.OneOf(["time_node", "onset", "score", "vitals", "media", "destination", "prealert"]),
    )
    ref = fields.String(required=True, allow_none=True)
    insist_until = fields.String()
    label = fields.Nested(Words, required=True)


class OnsetTimer(Open):
    """What runs from when: the first of `from` is asked for, as `question`; `ask` is the short form on a tile."""

    # The nodes that the fold knows as an onset.
    from_ = fields.List(
        fields.String(validate=validate.OneOf(["last_known_well", "onset"])),
        data_key="from",
        required=True,
        validate=validate.Length(min=1),
    )
    label = fields.Nested(Words, required=True)
    ask = fields.Nested(Words, required=True)
    question = fields.Nested(Words, required=True)
    window = fields.Dict(required=True, allow_none=True)


class PathwaySchema(Labelled):
    order = fields.Integer(required=True)
    # On boards and lists, where it differs from the label.
    short = fields.Nested(Words)
    icon = fields.String(required=True)
    # What the camera is for at first.
    photo = fields.String(validate=validate.OneOf(["ecg", "wound", "scene", "paper", "other"]))
    onset_timer = fields.Nested(OnsetTimer, required=True)
    # Definitions of its own beside it, by folder (brought.py).
    brings = fields.Dict(keys=fields.String(), values=fields.List(fields.Dict()))
    line = fields.List(fields.Nested(LineStop), required=True, validate=validate.Length(min=1))
    steps = fields.List(fields.Nested(Step), required=True, validate=validate.Length(min=1))
    hospital_steps = fields.List(fields.Nested(Step), required=True)
    scores = fields.Dict(values=fields.List(fields.String()), required=True)
    nodes = fields.Dict(values=fields.List(fields.String()), required=True)
    indicators = fields.List(fields.String(), required=True)
    vitals = fields.List(fields.String())
    procedures = fields.List(fields.String())


class DrugSchema(Labelled):
    indication = fields.Nested(Words, required=True)
    dose_rule = fields.Dict(required=True, allow_none=True)
    certainty = fields.String(required=True)


class PathwayParts(Schema):
    """What a symptom puts in the place of its pathway's own."""

    steps = fields.List(fields.Nested(Step), validate=validate.Length(min=1))
    hospital_steps = fields.List(fields.Nested(Step))
    scores = fields.Dict(values=fields.List(fields.String()))
    vitals = fields.List(fields.String())
    procedures = fields.List(fields.String())


class SymptomSchema(Labelled):
    pathway = fields.String(required=True)
    instead = fields.Nested(PathwayParts)


class ReasonState(Open):
    id = fields.String(required=True, validate=validate.OneOf(["not_done", "delayed", "aborted"]))
    label = fields.Nested(Words, required=True)
    reasons = fields.List(fields.Nested(lambda: ChipSchema()), required=True, validate=validate.Length(min=1))


class ReasonsSchema(Labelled):
    """Why a step of care was not done, came late, or was broken off."""

    about = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    states = fields.List(fields.Nested(ReasonState), required=True, validate=validate.Length(min=1))


class ChipSchema(Open):
    id = fields.String(required=True)
    label = fields.Nested(Words, required=True)


class ChipsSchema(Labelled):
    kind = fields.String(required=True)
    chips = fields.List(fields.Nested(ChipSchema), required=True, validate=validate.Length(min=1))


class FieldSchema(Open):
    """What is noted of a procedure: a choice, or a number with its unit and the usual amounts."""

    id = fields.String(required=True)
    label = fields.Nested(Words, required=True)
    type = fields.String(required=True, validate=validate.OneOf(["choice", "number"]))
    options = fields.List(fields.Nested(OptionSchema))
    choices = fields.List(fields.Float())

    @validates_schema
    def has_options(self, data: dict[str, Any], **_: Any) -> None:
        if data["type"] == "choice" and not data.get("options"):
            raise ValidationError(f"choice {data['id']} has no options", "options")


class ProcedureSchema(Labelled):
    group = fields.String(required=True)
    time_node = fields.String()
    fields_ = fields.List(fields.Nested(FieldSchema), data_key="fields")
    warn_minutes = fields.List(fields.Integer())
    cycle_minutes = fields.Integer()


class ExaminationSchema(Labelled):
    order = fields.Integer(required=True)
    options = fields.List(fields.Nested(OptionSchema), required=True, validate=validate.Length(min=2))
    normal = fields.String(required=True)

    @validates_schema
    def has_its_normal(self, data: dict[str, Any], **_: Any) -> None:
        if data["normal"] not in [option["value"] for option in data["options"]]:
            raise ValidationError(f"normal {data['normal']} is not among the options", "normal")


class RecheckSchema(Labelled):
    minutes = fields.Dict(keys=fields.String(), values=fields.Integer(validate=validate.Range(1, 30)), required=True)


FOLDERS: dict[str, Schema] = {
    "scores": ScoreSchema(),
    "vitals": VitalSchema(),
    "time_nodes": TimeNodeSchema(),
    "indicators": IndicatorSchema(),
    "pathways": PathwaySchema(),
    "drugs": DrugSchema(),
    "dosing": Labelled(),
    "procedures": ProcedureSchema(),
    "examination": ExaminationSchema(),
    "rechecks": RecheckSchema(),
    "symptoms": SymptomSchema(),
    "chips": ChipsSchema(),
    "reasons": ReasonsSchema(),
    "identity": Labelled(),
    "codes": Labelled(),
}
