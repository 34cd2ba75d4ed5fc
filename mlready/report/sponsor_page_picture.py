"""The drawing of the pyramid of layers on a page for a sponsor."""

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis, Verdict
from mlready.assessment.scoring import LayerScore, enough
from mlready.model.questionnaire import Layer, Placement
from mlready.report.sponsor_page_lines import has_blocker_or_loss
from mlready.report.sponsor_page_parts import LayerSign, Lead, Slab


def picture(result: Assessment, lead: Lead) -> list[Slab]:
    """Return the layers from the top down; layers beside the pyramid come last."""
    scores = [*result.diagnosis.scores]
    stacked = [each for each in scores if each.layer.placement is not Placement.BESIDE]
    beside = [each for each in scores if each not in stacked]
    return [
        *(
            _slab(result, lead, score, width)
            for width, score in enumerate(reversed(stacked), 1)
        ),
        *(_slab(result, lead, score, 0) for score in beside),
    ]


def _slab(result: Assessment, lead: Lead, score: LayerScore, width: int) -> Slab:
    short = result.inputs.layer_in_short(score.layer)
    return Slab(short.name, _sign(result, lead, score), width, short.holds)


def _sign(result: Assessment, lead: Lead, score: LayerScore) -> LayerSign:
    diagnosis, layer = result.diagnosis, score.layer
    if layer.placement is Placement.TOP:
        if lead in {Lead.NO_ML, Lead.KEEP}:
            return LayerSign.RUNS if lead is Lead.KEEP else LayerSign.NOT_NEEDED
        return {
            Verdict.READY: LayerSign.READY,
            Verdict.CONDITIONAL: LayerSign.CAN_START,
        }.get(diagnosis.verdict, LayerSign.WAITS)
    known = lead not in {Lead.NO_ML, Lead.FIND_OUT}
    first = known and layer == diagnosis.priority_layer
    holds = result.inputs.questionnaire.constants.holds
    if score.own.low < holds <= score.own.high:
        return LayerSign.FIND_OUT if first else _sign_if_unclear(diagnosis, layer)
    if first:
        return LayerSign.FIRST
    if score.own.low < holds:
        return LayerSign.SHORT
    return LayerSign.GAPS if has_blocker_or_loss(result, layer) else LayerSign.ENOUGH


def _sign_if_unclear(diagnosis: Diagnosis, layer: Layer) -> LayerSign:
    """Return the sign of a layer that open questions could make good enough.

    The sign is PARTLY if the layer has an answer that is too low, else UNKNOWN.
    """
    low = any(
        gap.question.section in layer.sections
        and gap.level < enough(diagnosis.inputs, gap.question)
        for gap in diagnosis.gaps
    )
    return LayerSign.PARTLY if low else LayerSign.UNKNOWN
