"""What a report says of all goals together, and of the scenarios beside one another."""

from __future__ import annotations

from bcforecast.messages import Language, text
from bcforecast.plotting.picture import Picture
from bcforecast.reporting import scenario_chapter
from bcforecast.reporting.citations import cite, function_anchor
from bcforecast.reporting.display import Kind, Prose, Table
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.markup import escape_markdown
from bcforecast.reporting.study import ScenarioStudy, plot_scenarios
from bcforecast.wording import percent


def scenarios_words(study: ScenarioStudy | None, *, lang: Language) -> Prose:
    """Return what the scenarios are, one line each; or that nothing can be said of any goal."""
    if study is None:
        return Prose(text("document.no_scenarios", lang))
    opening = text("document.scenarios_opening", lang, count=len(study.scenarios))
    items = (
        text(
            "document.scenario_item",
            lang,
            name=escape_markdown(one.name(lang)),
            reason=escape_markdown(one.reason.in_(lang)),
        )
        for one in study.scenarios
    )
    anchor = function_anchor("scenarios")
    return Prose(cite("\n".join([opening, "", *(f"- {item}" for item in items)]), anchor))


def scenarios_chart(study: ScenarioStudy | None, *, lang: Language) -> Picture | Prose:
    """Draw the probability of every goal under every scenario; nothing without a study."""
    return Prose("") if study is None else plot_scenarios(study, lang=lang)


def scenarios_table(study: ScenarioStudy | None, *, lang: Language) -> Table | Prose:
    """Return goals down, scenarios across; nothing without a study."""
    return Prose("") if study is None else scenario_chapter.scenarios_table(study, lang=lang)


def joint_words(facts: Facts, *, lang: Language) -> Prose:
    """Return the chance that all goals are met, its bounds, and the weakest goal."""
    title = f"### {text('document.heading_joint', lang)}"
    if facts.joint is None:
        return Prose(f"{title}\n\n{text('document.no_joint', lang)}")
    found = facts.joint
    said = text(
        "document.joint",
        lang,
        count=len(found.goals),
        scenario=facts.scenario_name.marked(lang),
        all=percent(found.all_met, lang=lang),
        lower=percent(found.lower, lang=lang),
        upper=percent(found.upper, lang=lang),
        independent=percent(found.independent, lang=lang),
        expected=f"{found.expected:.1f}",
        weakest=facts.goal(found.weakest).name.marked(lang),
    )
    return Prose(f"{title}\n\n{cite(said, function_anchor('joint'))}")


def joint_table(facts: Facts, *, lang: Language) -> Table | Prose:
    """Return the probability of exactly so many goals being met; nothing without a joint."""
    if facts.joint is None:
        return Prose("")
    chances = facts.joint.number_met
    anchor = function_anchor("joint")
    numbers: list[Kind] = ["number"] * len(chances)
    return Table(
        caption=text("document.joint_caption", lang),
        columns=(
            text("document.joint_number", lang),
            *(str(k) for k in range(len(chances))),
        ),
        kinds=("text", *numbers),
        rows=(
            (text("document.joint_exactly", lang), *(percent(p, lang=lang) for p in chances)),
            (
                text("document.joint_at_least", lang),
                *(_at_least(chances, k, lang) for k in range(len(chances))),
            ),
        ),
        cites=("", *(anchor for _ in chances)),
    )


def _at_least(chances: tuple[float, ...], k: int, lang: Language) -> str:
    return "100%" if k == 0 else percent(sum(chances[k:]), lang=lang)
