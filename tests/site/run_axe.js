/* Axe over a page, in as few of its elements as give the same finds.

Axe's time goes with the number of elements. A drawing is hidden from assistive technology and
its description stands beside it; the rows of a table are alike. So most of both step aside.
Two thirds of the rest would go to the colours of texts and links. They are a matter of style: of
those that look the same on the same grounds, one is measured. */
async ([within, tags, onlyColours]) => {
  const ofColour = ["color-contrast", "link-in-text-block"];
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
    const excuse = [e.checkVisibility({visibilityProperty: true}), s.clip, s.clipPath,
      Boolean(e.closest(":disabled")), e.closest("label")?.control?.disabled];
    const own = [s.color, s.fontSize, s.fontWeight, s.textShadow, s.textDecorationLine];
    return [...own, ...excuse, beside(e), groundOf(e)].join();
  };
  // A link in a text must differ from that text.
  const beside = (e) => e.matches("a") && hasText(e.parentElement)
    ? getComputedStyle(e.parentElement).color : "";
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
  const colours = await run(distinctTexts(), {runOnly: ofColour});
  const off = Object.fromEntries(ofColour.map((rule) => [rule, {enabled: false}]));
  const others = onlyColours ? [] : await run(within, {runOnly: tags, rules: off});
  put(places.map(([e, place]) => [place, e]));
  return [...colours, ...others].flatMap((v) => v.nodes.map((n) =>
    `${v.id}: ${n.target.join(" ")}: ${n.html.slice(0, 160)}: ${n.failureSummary}`));
}
