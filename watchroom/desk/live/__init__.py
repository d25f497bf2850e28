"""The live stream: one process, LISTEN/NOTIFY in, server-sent events out.

A reader who was away for a while says the last id they saw and gets everything since, once.
"""
