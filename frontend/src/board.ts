// Pages with a map (board, assessment, intake, planning) load this beside page.js, and map.css beside watchroom.css.
import "./map/wr-map.ts";
