// The landing page's slider: what two losses push with, behind one sigmoid, when it was a cat.
const opening = document.querySelector("[data-opening]");
const belief = opening.querySelector("input");
const pushes = {
  mse: (p) => 2 * p * (1 - p) ** 2,
  ce: (p) => 1 - p,
};

const stand = (p) => {
  if (p <= 0.05) return "Hopelessly wrong, and squared error whispers";
  if (p < 0.27) return "Very wrong, and squared error is getting quieter";
  if (p < 0.4) return "Wrong, and squared error is at its loudest";
  if (p < 0.5) return "Wrong";
  return p < 0.9 ? "Right, and not yet sure" : "Right, and nearly sure";
};

const show = () => {
  const p = Number(belief.value);
  opening.querySelector("label output").textContent = p.toFixed(2);
  for (const row of opening.querySelectorAll("[data-loss]")) {
    const size = pushes[row.dataset.loss](p);
    row.querySelector("output").textContent = size.toFixed(2);
    row.querySelector("rect").setAttribute("width", size);
  }
  const times = pushes.ce(p) / pushes.mse(p);
  const said = `${stand(p)}. Cross-entropy pushes ${times.toFixed(times < 10 ? 1 : 0)} times as hard.`;
  opening.querySelector(".opening-said").textContent = said;
  belief.setAttribute("aria-valuetext", `${p.toFixed(2)}. ${said}`);
};

belief.disabled = false;
belief.addEventListener("input", show);
