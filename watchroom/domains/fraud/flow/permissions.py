"""The permissions of the fraud centre."""

VIEW, RESPOND = "fraud.view", "fraud.respond"
RECEIVE, MEND = "fraud.receive", "fraud.mend"
CONFIGURE, APPROVE = "fraud.configure", "fraud.approve"
ANSWER = "fraud.answer_orders"
"""A bank's machine answers the orders it was given, and no others; people hold it to pass it on."""
