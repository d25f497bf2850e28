"""What the steps of dispatch ask of whoever takes them."""

TAKE, SEND, RESPOND = "dispatch.take_call", "dispatch.dispatch", "dispatch.respond"
FEEDBACK, CLOSE, HAND_OVER = "dispatch.feedback", "dispatch.close", "dispatch.hand_over"
DRAFT, APPROVE = "dispatch.draft", "dispatch.approve"
