// What boards and lists of people load besides app.js. The panel comes last: while it is open, its keys go before the board's.

import "./htmx.js";
import "./board.js";
import "./board/selecting.js";
import "./panel.js";
