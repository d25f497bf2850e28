"""The ground floor: clock, ids, geometry, WGS-84 and GCJ-02, rounding, bilingual sentences.

It never imports anything of ours. It never touches a database, a file or the network.
"""
