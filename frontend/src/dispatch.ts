// The screens of dispatch: board, assessment, intake. Loaded beside page.js; brings the map with it.
import "./board.ts";
import { setUpAreas } from "./dispatch/area.ts";
import { setUpRankedKeys, setUpScreen } from "./dispatch/board.ts";
import { setUpIntake } from "./dispatch/intake.ts";
import { followActs } from "./dispatch/panel.ts";

followActs();
setUpScreen();
setUpRankedKeys();
setUpIntake();
setUpAreas();
