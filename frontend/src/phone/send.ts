import { csrfToken } from "../csrf.ts";
import { learnFrom } from "../server-time.ts";
import { judge, type Act, type Answer, type Files, type Outcome } from "./acts.ts";
import { askKey } from "./key.ts";

/** Sends one act; a token that grew old on the phone is renewed once. */
export async function send(owner: string, act: Act, files: Files): Promise<Outcome> {
  try {
    const first = await post(owner, act, files);
    if (first.response.status !== 403 || first.body?.state) return outcome(first);
    return (await askKey()) === "ready" ? outcome(await post(owner, act, files)) : outcome(first);
  } catch {
    return { kind: "later", signedOut: false };
  }
}

interface Answered {
  response: Response;
  body: Answer | null;
}

function outcome({ response, body }: Answered): Outcome {
  // A redirect is the sign-in page.
  return judge(response.type === "opaqueredirect" ? 401 : response.status, body);
}

/** A network that is there in name only must not hold the line for ever; a photo over a weak one takes its time. */
function patience(files: Files): number {
  return 30_000 + files.reduce((sum, [, file]) => sum + file.size, 0) / 5;
}

async function post(owner: string, act: Act, files: Files): Promise<Answered> {
  const body = new FormData();
  for (const [name, value] of act.fields) body.append(name, value);
  for (const [name, file] of files) body.append(name, file);
  body.set("act_id", act.id);
  body.set("occurred_at", act.occurredAt);
  body.set("csrfmiddlewaretoken", csrfToken());
  const headers = { Accept: "application/json", "Idempotency-Key": act.id, "X-CSRFToken": csrfToken(), ...(owner ? { "X-Watchroom-Owner": owner } : {}) };
  const response = await fetch(act.url, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(patience(files)) });
  learnFrom(response);
  return { response, body: await json(response) };
}

async function json(response: Response): Promise<Answer | null> {
  if (!response.headers.get("Content-Type")?.includes("json")) return null;
  const said: unknown = await response.json();
  return said !== null && typeof said === "object" ? (said as Answer) : null;
}
