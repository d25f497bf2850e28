"""The two sizes: the whole prefecture, and a pocket edition that tests build in a blink."""

from dataclasses import dataclass


@dataclass(frozen=True)
class County:
    zh: str
    en: str
    kind: str  # district | county | town (a county-level city)
    x: float  # seat, metres from the city hall
    y: float
    stations: int
    radius: float = 0.0  # of its own county town; 0 for a district of the main city


@dataclass(frozen=True)
class Size:
    territory: float  # mean radius, metres
    core: float  # radius of the main city
    counties: tuple[County, ...]
    communities: int  # beats inside the main city
    town_communities: int  # beats inside each county town
    beats: int
    officers: int  # community officers
    posts: int
    units: int
    lakes: int
    forests: int
    motorways: bool
    townships: int
    landmarks: int  # per 1,000 of the usual mix


FULL = Size(
    territory=46_000,
    core=9_200,
    counties=(
        County("澜中", "Lanzhong", "district", -1_200, 2_600, 7),
        County("东麓", "Donglu", "district", 6_200, 3_600, 5),
        County("桥南", "Qiaonan", "district", 800, -4_300, 6),
        County("汀阳", "Tingyang", "county", -27_500, 11_500, 5, 2_300),
        County("榆岭", "Yuling", "county", 3_500, 28_500, 4, 1_900),
        County("鹭渚", "Luzhu", "town", 28_500, 13_500, 5, 2_600),
        County("青荻", "Qingdi", "county", 20_500, -22_500, 4, 2_000),
        County("临澜", "Linlan", "county", -17_500, -21_500, 4, 2_100),
    ),
    communities=352,
    town_communities=14,
    beats=1_362,
    officers=1_700,
    posts=56,
    units=620,
    lakes=14,
    forests=9,
    motorways=True,
    townships=22,
    landmarks=1_000,
)

SMALL = Size(
    territory=8_500,
    core=2_300,
    counties=(
        County("澜中", "Lanzhong", "district", 0, 500, 1),
        County("汀阳", "Tingyang", "county", -4_600, 3_400, 1, 620),
    ),
    communities=10,
    town_communities=3,
    beats=30,
    officers=38,
    posts=4,
    units=25,
    lakes=2,
    forests=1,
    motorways=False,
    townships=1,
    landmarks=90,
)

SIZES = {"full": FULL, "small": SMALL}
