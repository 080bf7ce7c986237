// htmx, set up for a policy without inline scripts and styles. What comes before the page is whole is set in the document.

import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.historyCacheSize = 0;
htmx.config.defaultSwapStyle = "outerHTML";
htmx.config.scrollIntoViewOnBoost = false;

export { htmx };
