"""From recorded outcomes to what the router may rely on, for each class of tasks."""

from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from pydantic import ValidationError

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.value import Value

from .hull import Point
from .policy import Knowledge
from .reading import Reading, TaskClass
from .router import Case, fit
from .skill import LEAST_CASES, Skill, skill


class KnowledgeError(Failure):
    """What was learnt can't be read; the message says where it is and what to do."""


class Attempted(NamedTuple):
    """A task with what became of it."""

    reading: Reading
    solved: Mapping[str, float]
    """Model -> share of its answers that were right."""
    cost_usd: Mapping[str, float]
    """Model -> of the whole task; without those that are unknown."""


class Learnt(Value):
    """Knowledge of each class that enough was recorded of."""

    schema_version: int = 1
    classes: Mapping[TaskClass, Knowledge] = {}
    skills: Mapping[TaskClass, Skill] = {}
    """What the text was worth there, from the cheapest model to the best."""

    def of(self, task_class: TaskClass) -> Knowledge:
        """What is known of a class; empty where it is nothing."""
        return self.classes.get(task_class, Knowledge())


def learn_routing(tasks: Sequence[Attempted]) -> Learnt:
    """Fit on all outcomes. Models with fewer than 50 of a class are left out of it.

    The hull takes models whose cost is known on all of their tasks; the router is kept only where it beat chance.
    """
    classes: dict[TaskClass, Knowledge] = {}
    skills: dict[TaskClass, Skill] = {}
    for task_class in TaskClass:
        inside = [task for task in tasks if task.reading.task_class is task_class]
        tried = sorted({model for task in inside for model in task.solved})
        models = [model for model in tried if sum(model in task.solved for task in inside) >= LEAST_CASES]
        if not models:
            continue
        quality = {model: fmean(t.solved[model] for t in inside if model in t.solved) for model in models}
        records = {}
        for model in models:
            costs = [task.cost_usd.get(model) for task in inside if model in task.solved]
            known = [cost for cost in costs if cost is not None]
            if len(known) == len(costs):
                records[model] = Point(name=model, cost_usd=fmean(known), quality=quality[model])
        best = max(models, key=lambda model: quality[model])
        others = [model for model in models if model != best]
        found = None
        if others:
            price = {model: records[model].cost_usd if model in records else quality[model] for model in others}
            cases = [Case(task.reading.vector, task.solved) for task in inside]
            found = skill(cases, min(others, key=lambda model: price[model]), best)
        if found is not None:
            skills[task_class] = found
        classes[task_class] = Knowledge(
            router=fit(cases, models) if found is not None and found.knows else None,
            records=records,
            margin=sqrt(quality[best] * (1 - quality[best]) / len(inside)),
        )
    return Learnt(classes=classes, skills=skills)


def load_learnt(path: Path) -> Learnt:
    """What was learnt before; empty when nothing was.

    Raises:
        KnowledgeError: when the file can't be read or is not of this version.
    """
    try:
        return Learnt.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Learnt()
    except (OSError, ValidationError) as error:
        raise KnowledgeError(f"{path}: can't be used; delete it, or run juryroom calibrate again ({error})") from error


def keep_learnt(path: Path, learnt: Learnt) -> None:
    """Write it whole or not at all.

    Raises:
        KnowledgeError: when it can't be written.
    """
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(learnt.model_dump_json(), "utf-8")
        part.replace(path)
    except OSError as error:
        raise KnowledgeError(f"{path}: can't be written: {error.strerror}") from error
