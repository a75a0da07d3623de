// Names of curves that lie on a line or on another name, and plots that lack a name.
() => {
  const found = [];
  const STEP = 2;
  for (const plot of document.querySelectorAll(".ex-plot:has(.ex-line:not(.ex-ink))")) {
    const names = [...plot.querySelectorAll(".ex-name")].map((text) => [
      text.textContent,
      text.getBoundingClientRect(),
    ]);
    const tones = new Set(
      [...plot.querySelectorAll(".ex-line:not(.ex-ink)")].map((line) => line.getAttribute("class")),
    );
    if (names.length !== tones.size)
      found.push(`${names.length} names for ${tones.size} kinds of line in ${plot.ariaLabel}`);
    names.forEach(([name, box], i) => {
      for (const line of plot.querySelectorAll(".ex-line")) {
        const toScreen = line.getScreenCTM();
        for (let along = 0; along < line.getTotalLength(); along += STEP) {
          const { x, y } = line.getPointAtLength(along).matrixTransform(toScreen);
          if (x < box.left + 2 || x > box.right - 2 || y < box.top + 4 || y > box.bottom - 4)
            continue;
          found.push(`${name} lies on ${line.getAttribute("class")}`);
          break;
        }
      }
      for (const [other, { left, right, top, bottom }] of names.slice(i + 1))
        if (left < box.right && right > box.left && top + 3 < box.bottom && bottom > box.top + 3)
          found.push(`${name} lies on ${other}`);
    });
  }
  return found;
};
