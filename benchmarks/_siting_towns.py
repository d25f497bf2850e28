"""Towns to place posts in, made from a seed: for `benchmarks/siting.py` and its peers alike."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

SITES, POINTS, POSTS = 1000, 50_000, 56
MEDIAN_PLACES, MEDIAN_POSTS = 900, 90


def median_town(seed):
    """(n, n) seconds between 900 scattered places, every one a demand and a site."""
    place = np.random.default_rng(seed).random((MEDIAN_PLACES, 2))
    return np.rint(1000 * np.linalg.norm(place[:, None] - place[None], axis=2))


def cover_town(seed, mean, clustered):
    """(reach, demand): each point in reach of `mean` sites on average, evenly or in 40 quarters."""
    random = np.random.default_rng(seed)
    point, site = random.random((POINTS, 2)), random.random((SITES, 2))
    if clustered:
        centre = random.random((40, 2))[random.integers(0, 40, POINTS)]
        near = np.clip(centre + random.normal(0, 0.06, (POINTS, 2)), 0, 1)
        point = np.where(random.random((POINTS, 1)) < 0.7, near, point)
        site = point[random.choice(POINTS, SITES, replace=False)]
        site = site + random.normal(0, 0.005, (SITES, 2))
    return reach_of(point, site, mean), random.integers(1, 100, POINTS)


def reach_of(point, site, mean):
    """(n, m) sparse, true within the radius at which a point is in reach of `mean` sites."""
    tree, low, high = cKDTree(site), 0.0, 0.5
    for _ in range(30):
        radius = (low + high) / 2
        reached = np.mean(tree.query_ball_point(point[:3000], radius, return_length=True))
        low, high = (radius, high) if reached < mean else (low, radius)
    lists = tree.query_ball_point(point, low, return_sorted=True)
    start = np.concatenate(([0], np.cumsum([len(each) for each in lists])))
    index = np.concatenate([np.array(each, np.int64) for each in lists])
    return csr_array((np.ones(len(index), bool), index, start), shape=(len(point), len(site)))
