// Every page works without this script; it only makes the same pages quicker to use.

import "./requests.js";
import "./theme.js";
import "./drawer.js";
import "./menus.js";
import "./toasts.js";
import "./dialog.js";
import "./forms.js";
import "./sending.js";
import "./palette.js";
import "./shortcuts.js";
import "./strips.js";
import "./clock.js";
import "./board.js";
import "./board/selecting.js";
import "./panel.js";
import "./checklist.js";
