"""What every page must look like, measured in the browser that shows it.

Each function tells what is wrong, one line a fault; nothing, where all is well.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]
TARGETS = {"normal": 44, "large": 60}
"""Pixels that whatever is pressed has each way at least, by size of text."""
BODY = {"normal": 18, "large": 24}
"""Pixels of a letter of the running text."""

TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > wide + 1)
    .map((each) => `${each.tagName}.${each.getAttribute("class")}`);
}"""

TOO_SMALL = """(least) => {
  const inSentence = (each) => {
    const around = each.closest("p, .lede, dd, .notice-words");
    return each.tagName === "A" && around && around.textContent.trim().length
      > each.textContent.trim().length && getComputedStyle(each).display === "inline";
  };
  const wanted = "a[href], button, select, textarea, summary, input:not([type=hidden])";
  return [...document.querySelectorAll(wanted)]
    .filter((each) => each.checkVisibility() && !inSentence(each))
    .map((each) => each.closest("label") || each)
    .filter((each) => !each.classList.contains("skip"))
    .filter((each) => each.className !== "visually-hidden")
    .map((each) => {
      const whole = each.closest(".pickable, tr") && each.closest(".on-phone-title");
      const box = (whole ? each.closest("tr") : each).getBoundingClientRect();
      return [each.outerHTML.slice(0, 90), box.width, box.height];
    })
    .filter(([, width, height]) => width < least - 0.5 || height < least - 0.5);
}"""

FONT_SIZES = """() => {
  const sizes = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !parent.checkVisibility()) continue;
    if (parent.closest(".visually-hidden, script, template, .bottom, .count")) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    sizes[size] = (sizes[size] || 0) + walk.currentNode.data.trim().length;
  }
  return Object.entries(sizes).map(([size, letters]) => [Number(size), letters]);
}"""


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice on the whole page.

    The window is made as high as the page meanwhile: what lies under a bar that stays
    in sight is otherwise taken for too small to be pressed.
    """
    size = page.viewport_size
    if size is not None:
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size(
            {"width": size["width"], "height": max(size["height"], height)}
        )
    try:
        return _axe(page)
    finally:
        if size is not None:
            page.set_viewport_size(size)


def _axe(page: Page) -> list[str]:
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]}"
        for fault in found
        for node in fault["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What sticks out, where the page has to be moved sideways."""
    return [str(each) for each in page.evaluate(TOO_WIDE)]


def too_small(page: Page, size: str) -> list[str]:
    """What is to be pressed and is smaller than fingers need."""
    return [str(each) for each in page.evaluate(TOO_SMALL, TARGETS[size])]


def badly_legible(page: Page, size: str) -> list[str]:
    """Most of what is read is as large as running text; nothing is much smaller."""
    letters = page.evaluate(FONT_SIZES)
    body = BODY[size]
    faults = []
    if min(each for each, _ in letters) < 0.85 * body:
        faults.append(f"letters of {min(letters)[0]} pixels")
    large = sum(count for each, count in letters if each >= body)
    if large < 0.5 * sum(count for _, count in letters):
        faults.append(f"only {large} letters are as large as running text")
    return faults
