// Every page loads this: theme, language, keys, dialogs, toasts, clocks, the command line, the live stream, htmx.
import "./clock.ts";
import "./command.ts";
import "./live.ts";
import { setUpDialogs } from "./dialogs.ts";
import { setUpHtmx } from "./htmx-setup.ts";
import { setUpKeys } from "./keys.ts";
import { setUpLanguage } from "./language.ts";
import { setUpSignOut } from "./sign-out.ts";
import { setUpTheme } from "./theme.ts";
import { setUpToasts } from "./toast.ts";

setUpTheme();
setUpSignOut();
setUpLanguage();
setUpToasts();
setUpDialogs();
setUpKeys();
setUpHtmx();
