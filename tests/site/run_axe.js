/* Axe over a page, in a tenth of its elements and with the same finds.

Axe's time goes with the number of elements. A drawing is hidden from assistive technology and
its description stands beside it; the rows of a table are alike. So most of both step aside.
Two thirds of the rest would go to the contrast of texts. That is a matter of style: of the texts
that look the same on the same grounds, one is measured. */
async ([within, tags, onlyColours]) => {
  const CONTRAST = "color-contrast";
  const put = (pairs) => pairs.forEach(([now, then]) => now.replaceWith(then));

  const grounds = new Map([[null, ""]]);
  const groundOf = (e) => {
    if (!grounds.has(e)) {
      const s = getComputedStyle(e);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.position, s.filter];
      grounds.set(e, groundOf(e.parentElement) + own.join() + ";");
    }
    return grounds.get(e);
  };
  const lookOf = (e) => {
    const s = getComputedStyle(e);
    // Axe excuses what is hidden, disabled, or the label of what is disabled.
    const excuse = [e.checkVisibility(), e.matches(":disabled, :disabled *, label, label *")];
    return [s.color, s.fontSize, s.fontWeight, s.textShadow, ...excuse, groundOf(e)].join();
  };
  const hasText = (e) => e.matches("input, select, textarea") ||
    [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const distinctTexts = () => {
    const texts = [...document.querySelectorAll(`${within}, ${within} *`)].filter(hasText);
    return [...new Map(texts.map((e) => [lookOf(e), e])).values()];
  };
  const run = async (place, options) =>
    (await axe.run(place, {resultTypes: ["violations"], preload: false, ...options})).violations;

  const alike = document.querySelectorAll("main tbody tr:nth-child(n + 5), svg[aria-hidden=true] > *");
  const places = [...alike].map((e) => [e, document.createComment("")]);
  put(places);
  const found = [
    ...await run(within, onlyColours ? {runOnly: ["link-in-text-block"]}
      : {runOnly: tags, rules: {[CONTRAST]: {enabled: false}}}),
    ...await run(distinctTexts(), {runOnly: [CONTRAST]}),
  ];
  put(places.map(([e, place]) => [place, e]));
  return found.flatMap((v) => v.nodes.map((n) =>
    `${v.id}: ${n.target.join(" ")}: ${n.html.slice(0, 160)}: ${n.failureSummary}`));
}
