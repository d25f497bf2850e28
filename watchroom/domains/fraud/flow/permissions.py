"""The permissions of the fraud centre."""

VIEW, RESPOND = "fraud.view", "fraud.respond"
RECEIVE, CONFIGURE, APPROVE = "fraud.receive", "fraud.configure", "fraud.approve"
