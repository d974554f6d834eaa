#!/usr/bin/env python3
"""Writes transformations.tsv and geodesics.tsv: expected values from others' software, not from ours.

    python3 -m venv /tmp/derive && /tmp/derive/bin/pip install pyproj==3.7.2 geographiclib==2.1 finproj==0.1.1
    /tmp/derive/bin/python Tests/GeodesyTests/Fixtures/derive.py
"""

import importlib.metadata as metadata
import pathlib
import random

import finproj.ykj
import pyproj
from geographiclib.geodesic import Geodesic

HERE = pathlib.Path(__file__).parent
ETRS89 = 4258
PLACES = [  # name, longitude, latitude, the GK zone that its municipality uses
    ("Turku kauppatori", 22.2666, 60.4518, 3877),
    ("Helsinki rautatientori", 24.9440, 60.1712, 3879),
    ("Mariehamn torget", 19.9348, 60.0971, 3874),
    ("Eckerö postitalo", 19.5570, 60.2240, 3873),
    ("Hanko kasino", 22.9680, 59.8210, 3877),
    ("Tampere keskustori", 23.7610, 61.4980, 3878),
    ("Vaasa kauppatori", 21.6152, 63.0951, 3875),
    ("Pori Eetunaukio", 21.7985, 61.4851, 3876),
    ("Jyväskylä kirkkopuisto", 25.7473, 62.2415, 3880),
    ("Kuopio tori", 27.6782, 62.8924, 3881),
    ("Joensuu tori", 29.7636, 62.6010, 3884),
    ("Lappeenranta linnoitus", 28.1850, 61.0650, 3882),
    ("Kajaani raatihuone", 27.7278, 64.2222, 3882),
    ("Oulu kauppatori", 25.4615, 65.0137, 3880),
    ("Rovaniemi Lordin aukio", 25.7285, 66.5026, 3880),
    ("Kilpisjärvi", 20.7950, 69.0440, 3875),
    ("Utsjoki Nuorgam", 27.8930, 70.0830, 3881),
    ("Ilomantsi Virmajärvi", 31.5830, 62.9100, 3885),
]
NORDIC = [3067, 3046, 3047, 3048, 3857]
KKJ = [2391, 2392, 2393, 2394]


def transform(source, target, x, y):
    return pyproj.Transformer.from_crs(source, target, always_xy=True).transform(x, y)


def row(place, net, source, target, given, expected):
    digits = [9 if code in (4326, 4258) else 4 for code in (source, target)]
    # What is asked is what stands in the file, so that rounding it costs no tolerance.
    numbers = [f"{value:.{digits[0]}f}" for value in given] + [f"{value:.{digits[1]}f}" for value in expected]
    return "\t".join([place, net, str(source), str(target), *numbers])


def rows():
    for index, (place, x, y, zone) in enumerate(PLACES):
        far = 3873 + (zone - 3873 + 7) % 13
        for target in dict.fromkeys((zone, far, NORDIC[index % 5], 3067)):
            yield row(place, "-", 4326, target, (x, y), transform(ETRS89 if target != 3857 else 4326, target, x, y))
        own = tuple(round(value, 4) for value in transform(ETRS89, zone, x, y))
        yield row(place, "-", zone, 3067, own, transform(zone, 3067, *own))
        yield row(place, "-", zone, 4326, own, transform(zone, ETRS89, *own))
        # KKJ by the triangulation: finproj's own implementation of it, PROJ only for the map projections.
        kkj = KKJ[index % 4]
        ykj = tuple(float(value) for value in finproj.ykj.tm35fin_to_ykj(*transform(ETRS89, 3067, x, y)))
        yield row(place, "yes", 4326, kkj, (x, y), transform(2393, kkj, *ykj))
        old = tuple(round(value, 4) for value in transform(2393, kkj, *ykj))
        fin = tuple(float(value) for value in finproj.ykj.ykj_to_tm35fin(*transform(kkj, 2393, *old)))
        yield row(place, "yes", kkj, 3067, old, fin)
        yield row(place, "yes", kkj, 4326, old, transform(3067, ETRS89, *fin))
        yield row(place, "no", 4258, kkj, (x, y), transform(ETRS89, kkj, x, y))
        yield row(place, "no", kkj, 3067, old, transform(kkj, 3067, *old))


def geodesics():
    generator = random.Random(3877)
    pairs = [(a[1], a[2], b[1], b[2]) for a, b in zip(PLACES, PLACES[1:])]
    pairs += [(22.2666, 60.4518, 22.2666, 60.4518), (0, 90, 0, -90), (0, 0, 179.4, 0.3), (179.9, 65, -179.9, 65)]
    pairs += [(25, 60, 25, 61), (20, 65, 30, 65), (0, 0, 90, 0), (-120.5, -33.25, 150.25, 47.125)]
    for _ in range(30):
        x, y = generator.uniform(20, 31), generator.uniform(60, 70)
        reach = 10 ** generator.uniform(-5, 0.5)
        pairs.append((x, y, x + generator.uniform(-reach, reach), y + generator.uniform(-reach, reach)))
    for x1, y1, x2, y2 in pairs:
        x1, y1, x2, y2 = (round(value, 9) for value in (x1, y1, x2, y2))
        line = Geodesic.WGS84.Inverse(y1, x1, y2, x2)
        yield "\t".join([*(f"{v:.9f}" for v in (x1, y1, x2, y2)), f"{line['s12']:.6f}", f"{line['azi1']:.12f}"])


def write(name, comment, header, lines):
    (HERE / name).write_text("\n".join([f"# {comment}", header, *lines]) + "\n", encoding="utf-8")


made = ", ".join(f"{name} {metadata.version(name)}" for name in ("pyproj", "finproj", "geographiclib"))
write(
    "transformations.tsv",
    f"Made by derive.py with {made}; PROJ {pyproj.proj_version_str}, EPSG {pyproj.database.get_database_metadata('EPSG.VERSION')}. "
    "net: yes = KKJ by the NLS triangulation (finproj's own code), no = PROJ without its file, - = no matter. "
    "x = easting or longitude; 4326 taken as ETRS89. CC BY 4.0 NLS Finland for the triangulation.",
    "place\tnet\tfrom\tto\tx\ty\texpected_x\texpected_y",
    rows(),
)
write("geodesics.tsv", f"Made by derive.py with geographiclib {metadata.version('geographiclib')} on WGS 84.",
      "lon1\tlat1\tlon2\tlat2\tmetres\tazimuth1", geodesics())
