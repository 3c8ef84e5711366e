"""`juryroom calibrate`: learn from recorded outcomes where tasks should start."""

import argparse
import sys

from ..bench.routing_data import read_tasks
from ..outcome import Exit
from ..routing.hull import hull
from ..routing.learn import Attempted, Learnt, keep_learnt, learn_routing
from ..routing.reading import read
from ..seats import state_folder

FILE = "routing.json"


def run_calibrate(args: argparse.Namespace) -> int:
    """Fit, keep it in the state folder, say what was learnt, and return the exit code.

    Raises:
        DataError: when the outcomes can't be used.
        KnowledgeError: when what was learnt can't be written.
    """
    tasks = [
        Attempted(
            read(task.prompt),
            {model: one.quality for model, one in task.outcomes.items()},
            {model: one.cost_usd for model, one in task.outcomes.items() if one.cost_usd is not None},
        )
        for task in read_tasks(args.outcomes)
    ]
    learnt = learn_routing(tasks)
    path = state_folder() / FILE
    keep_learnt(path, learnt)
    sys.stdout.write("".join(f"{line}\n" for line in (*_said(learnt), f"kept in {path}")))
    return Exit.clean


def _said(learnt: Learnt) -> list[str]:
    lines = []
    for task_class, knowledge in learnt.classes.items():
        skill = learnt.skills.get(task_class)
        if skill is None:
            basis = "whether the text tells anything can't be measured"
        else:
            used = "the router is used" if skill.knows else "the text predicts nothing, so tasks are mixed by cost"
            basis = f"APGR {skill.apgr:.3f}, chance up to {skill.high:.3f}: {used}"
        edge = hull(knowledge.records.values())
        points = ", ".join(f"{one.name} {one.quality:.0%} at ${one.cost_usd:.4f}" for one in edge)
        lines.append(f"{task_class}: {basis}; {f'worth asking: {points}' if points else 'no cost is known'}")
    return lines or ["nothing learnt: each class needs 50 tasks that the same model tried"]
