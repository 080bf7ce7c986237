"""axe, which judges the accessibility of a page in a browser; AXE_SCRIPT has to be among the page's init scripts."""

from axe_playwright_python.base import AXE_SCRIPT

__all__ = ["AXE", "AXE_SCRIPT", "RULES"]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """async (rules) => {
  // Colours that are still on their way from light to dark are nobody's fault.
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
  const result = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return result.violations.map((found) => `${found.id}: ${found.nodes[0].html.slice(0, 200)}`);
}"""
