"""Every page also serves a reader with scripts off."""

import pytest

# What a reader without scripts cannot read or use, with everything unfolded.
AMISS = """() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const seen = (e) => e?.checkVisibility({visibilityProperty: true}) &&
    e.getBoundingClientRect().height > 0;
  const faults = [];
  const check = (holds, e, what) => holds ||
    faults.push(`${what}: ${e.outerHTML.slice(0, 110)}`);
  for (const fold of all("main details")) fold.open = true;
  for (const fold of all("main details"))
    check(seen(fold.querySelector("summary")), fold, "cannot be unfolded");
  for (const section of all("section.explorer")) {
    check(all("svg", section).filter(seen).length === 1, section, "not one picture");
    check(section.querySelector("output").innerText.trim(), section, "no sentence");
    check(seen(section.querySelector(".explorer-table td")), section, "no table");
    check(!all(".explorer-controls, .explorer-predict", section).some(seen), section, "controls");
  }
  for (const figure of all("figure.chart")) {
    check(all("svg", figure).filter(seen).length === 1, figure, "not one picture");
    check(seen(figure.querySelector("td")), figure, "no table");
  }
  for (const question of all("form.question")) {
    const parts = all("legend, label, .question-why", question);
    check(parts.some((e) => e.matches(".question-why")), question, "no explanation");
    check(parts.every(seen), question, "not all is to be read");
  }
  for (const reflection of all("form.reflection"))
    check(all("label", reflection).some(seen), reflection, "no prompt");
  // A button that does nothing misleads, unless the page says why.
  for (const button of all("main button"))
    check(!seen(button) || document.querySelector("noscript"), button, "a dead button");
  return faults;
}"""


@pytest.fixture(scope="module")
def plain(new_visit):
    return new_visit(java_script_enabled=False)


def test_it_can_be_read_with_scripts_off(plain, page_name):
    plain.start_afresh(page_name, wait=False)
    assert len(plain.page.locator("main").inner_text().split()) > 5
    assert plain.page.evaluate(AMISS) == []
    assert plain.faults == []
