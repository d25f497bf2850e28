"""The fault harness: the real system under kill, cut, stop and full disk, and what it then kept."""
