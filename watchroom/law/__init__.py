"""Time limits and the working-day calendar as data, and the arithmetic of clocks.

It never decides who may approve something: it says who has to. It never reads the wall clock.
It never invents a holiday: where a year's calendar is missing the answer says so.
"""
