// What is drawn against what it is drawn on: the pairs below their limit, and how many were read.
() => {
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const weights = [0.2126, 0.7152, 0.0722];
  const luminance = (rgb) => rgb.reduce((sum, c, i) => sum + weights[i] * linear(c / 255), 0);
  const parse = (text) => text.match(/[\d.]+/g).map(Number);

  function ground(element) {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  const low = [];
  let read = 0;
  function look(selector, property, limit) {
    for (const element of document.querySelectorAll(selector)) {
      const style = getComputedStyle(element);
      if (property === "borderTopColor" && style.borderTopWidth === "0px") continue;
      read += 1;
      const value = contrast(parse(style[property]).slice(0, 3), ground(element));
      if (value < limit)
        low.push(`${element.getAttribute("class")} ${property}: ${value.toFixed(2)}`);
    }
  }

  look(".ex-plot text", "fill", 4.5);
  look(".ex-line, .ex-base, .ex-outline, .ex-box-mark", "stroke", 3);
  look(".ex-mark", "fill", 3);
  look(".ex-fill:not(.ex-ce)", "backgroundColor", 3);
  look(".ex-box, .ex-options label, .ex-share button, .ex-question button", "borderTopColor", 3);
  return { low, read };
};
