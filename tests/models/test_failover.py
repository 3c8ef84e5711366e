"""Who answers for whom, in which order, and what is said of it."""

import pytest

from juryroom_reviewers.model import Completion, Prompt, StandIn, Usage
from juryroom_server.models.failover import HOPELESS, FailoverModel
from juryroom_server.models.failure import Kind, ProviderError
from tests.models.asking import PROMPT


class Scripted:
    """A model that answers with its name, or fails."""

    def __init__(self, name: str, fails: Kind | None = None, family: str = "") -> None:
        self.name = f"p:{name}"
        self.family = family or name
        self.fails = fails
        self.asked = 0

    async def complete(self, prompt: Prompt) -> Completion:  # noqa: ARG002 - it says the same to everybody
        self.asked += 1
        if self.fails is not None:
            raise ProviderError(f"{self.name}: out", self.fails)
        return Completion(text="yes", model=self.name, usage=Usage(), finish_reason="stop")


async def test_the_first_that_answers_is_named():
    first, second, third = Scripted("a", Kind.server), Scripted("b", Kind.timeout), Scripted("c")
    completion = await FailoverModel([first, second, third]).complete(PROMPT)
    assert completion.model == "p:c"
    assert completion.notes == ("p:a failed (server), p:c answered in its place",)
    assert completion.stand_in == StandIn(name="p:c", family="c")  # and votes under its own family


async def test_nobody_else_is_asked_while_the_first_answers():
    first, second = Scripted("a"), Scripted("b")
    completion = await FailoverModel([first, second]).complete(PROMPT)
    assert (completion.notes, completion.stand_in, second.asked) == ((), None, 0)


@pytest.mark.parametrize("kind", sorted(HOPELESS))
async def test_what_another_model_can_not_mend_is_not_passed_on(kind):
    first, second = Scripted("a", kind), Scripted("b")
    with pytest.raises(ProviderError, match="p:a: out"):
        await FailoverModel([first, second]).complete(PROMPT)
    assert second.asked == 0


async def test_when_all_fail_it_is_the_first_ones_failure_and_the_others_are_named():
    models = [Scripted("a", Kind.key), Scripted("b", Kind.server), Scripted("c", Kind.refusal)]
    with pytest.raises(ProviderError) as caught:
        await FailoverModel(models).complete(PROMPT)
    assert caught.value.kind is Kind.key
    assert str(caught.value) == "p:a: out; stand-ins failed too: p:b (server), p:c (refusal)"
