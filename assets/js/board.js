// The board. Everything here can also be done without a script: "Move to…" is a link on each card.
//
//   <div class="board" data-board="MLOPS-3" data-pulse="17.4810" data-pulse-url="…" [data-url="the board's address"]>
//     <section class="phase" data-phase="vetting">
//       <div class="col"><div class="col-head"><h3>…</h3><span class="n">5</span></div>
//         <ol class="stack" data-stage="12" data-name="Screening" [data-form-url="/…/{application}"] [data-refusal="why not"]>
//           <li class="card-person" id="card-7" data-application="7" data-version="3" data-move-url="/applications/7/moves">
//           <li class="more-row"><a class="more" …>
//
// `data-stage` is a stage's id; on boards across requisitions it is the key that stages of many share ("screening"), and
// the server enters the stage with that key in the card's own requisition. Wherever scripts compare stages they compare
// texts. `data-mine` and `data-active` are the numbers that the columns do not tell, for the elements `[data-figure]`.
//
// Events on the board: `board:answered` (detail: the server's answer to something done), `board:stale` (what is shown may
// not be true any more: look again), `board:many` (something was done to all who were chosen), `board:counted` (the
// counts in its heads were written), `board:dragged`, `card:select` on a card (detail.range with Shift).

import { sayNamesWhole } from "./board/cards.js";
import { loadWhileScrolling, readCounts } from "./board/columns.js";
import { makeDraggable } from "./board/drag.js";
import { followCounts } from "./board/figures.js";
import { foldPhases } from "./board/fold.js";
import { listenToKeys } from "./board/keys.js";
import { keepAlive } from "./board/live.js";
import { offerStages } from "./board/menu.js";
import { move } from "./board/moves.js";
import { answerOnTheSpot } from "./board/undo.js";
import { whenPresent } from "./page.js";

whenPresent("[data-board]", (board) => {
  readCounts(board);
  followCounts(board);
  makeDraggable(board, move);
  loadWhileScrolling(board);
  answerOnTheSpot(board);
  foldPhases(board);
  offerStages(board);
  listenToKeys(board);
  sayNamesWhole(board);
  keepAlive(board);
});
