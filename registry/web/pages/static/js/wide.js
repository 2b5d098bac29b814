/* A table wider than its place can be moved sideways with the keyboard too. */

export function start(wrap) {
  const label = wrap.querySelector("caption").textContent;
  const check = () => {
    const wide = wrap.scrollWidth > wrap.clientWidth;
    if (wide) {
      wrap.tabIndex = 0;
      wrap.setAttribute("role", "region");
      wrap.setAttribute("aria-label", label);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) wrap.removeAttribute(name);
    }
  };
  addEventListener("resize", check);
  document.addEventListener("renewed", check);
  check();
}
