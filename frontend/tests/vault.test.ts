import assert from "node:assert/strict";
import { test } from "node:test";
import { sealJson, unsealJson, type Holder } from "../src/phone/vault.ts";

async function somebody(owner: string): Promise<Holder> {
  return { owner, key: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]) };
}

test("what lies on the phone opens for who left it there, in its own place, and for nobody else", async () => {
  const [zhang, li] = [await somebody("zhang"), await somebody("li")];
  const sealed = await sealJson(zhang, "act", { words: "双方已调解" });
  assert.deepEqual(await unsealJson(zhang, "act", sealed), { words: "双方已调解" });
  await assert.rejects(unsealJson(li, "act", sealed));
  await assert.rejects(unsealJson(zhang, "draft", sealed));
  assert.ok(!Buffer.from(sealed.data).includes("调解"));
});
