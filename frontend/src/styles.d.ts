/** A bundle brings its own style sheet along: the build writes it beside the script. */
declare module "*.css";
