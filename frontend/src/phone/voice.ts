import { t } from "../language.ts";
import { toast } from "../toast.ts";

const LONGEST = 5 * 60_000;
const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/webm", "audio/ogg"];

/** A voice note: one press begins, one ends; it can be heard before it is sent. */
export function setUpVoice(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-phone-voice]")) {
    const button = place.querySelector<HTMLButtonElement>("[data-phone-record]");
    const input = place.querySelector<HTMLInputElement>("input[type=file]");
    const player = place.querySelector("audio");
    if (!button || !input || !player) continue;
    if (!("MediaRecorder" in window)) place.hidden = true;
    button.addEventListener("click", () => void press(button, input, player));
  }
}

let recorder: MediaRecorder | null = null;

async function press(button: HTMLButtonElement, input: HTMLInputElement, player: HTMLAudioElement): Promise<void> {
  if (recorder?.state === "recording") return recorder.stop();
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return toast({ text: t("不能使用麦克风，请在系统设置里允许", "The microphone cannot be used: allow it in the phone's settings"), tone: "late" });
  }
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  const parts: Blob[] = [];
  recorder = new MediaRecorder(stream, kind ? { mimeType: kind } : {});
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const limit = setTimeout(() => recorder?.stop(), LONGEST);
  recorder.addEventListener("stop", () => {
    clearTimeout(limit);
    stream.getTracks().forEach((track) => track.stop());
    give(new File(parts, "voice", { type: parts[0]?.type ?? "" }), input, player);
    button.textContent = t("重录语音", "Record again");
    button.classList.remove("btn-danger");
  });
  recorder.start(1000);
  button.textContent = t("停止录音", "Stop recording");
  button.classList.add("btn-danger");
}

function give(file: File, input: HTMLInputElement, player: HTMLAudioElement): void {
  const list = new DataTransfer();
  list.items.add(file);
  input.files = list.files;
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(file);
  player.hidden = false;
}
